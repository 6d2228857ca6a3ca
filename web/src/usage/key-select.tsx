import { Select, type SelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../api.ts'
import { withChosen } from '../parts/with-chosen.ts'

/** A key, found by typing a part of its name or prefix. `chosenName` is of one that the search does not find. */
export function KeySelect({
  chosenName,
  ...props
}: Omit<SelectProps, 'data' | 'searchValue' | 'onSearchChange'> & { chosenName: string | undefined }) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, 250)
  const found = useQuery({
    queryKey: ['keys', 'select', search],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/dashboard/keys', { params: { query: { search } }, signal })),
    placeholderData: keepPreviousData,
  })
  const keys = (found.data?.data ?? []).map(({ hash, name }) => ({ value: hash, label: name }))
  const data = withChosen(keys, props.value).map((choice) =>
    choice.value === choice.label && chosenName ? { ...choice, label: chosenName } : choice,
  )
  return (
    <Select
      searchable
      clearable
      {...props}
      data={data}
      // The server has searched already, and the chosen one's name is not a search.
      filter={({ options }) => options}
      onSearchChange={(text) => setTyped(data.some(({ label }) => label === text) ? '' : text)}
      nothingFoundMessage={found.isPending ? 'Searching …' : 'No key of this name'}
    />
  )
}
