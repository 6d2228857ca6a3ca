import { Select, type SelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../api.ts'
import { withChosen } from './with-chosen.ts'

/** A project of the organisation, found by typing; however many there are, the server searches. */
export function ProjectSelect(props: Omit<SelectProps, 'data' | 'searchValue' | 'onSearchChange'>) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, 250)
  const found = useQuery({
    queryKey: ['projects', 'select', search],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/dashboard/projects', { params: { query: { search } }, signal })),
    placeholderData: keepPreviousData,
  })
  const data = (found.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Select
      aria-label={props.label ? undefined : 'Project'}
      placeholder="Any project"
      searchable
      clearable
      {...props}
      data={withChosen(data, props.value)}
      // The server has searched already, and the chosen one's name is not a search.
      filter={({ options }) => options}
      onSearchChange={(text) => setTyped(data.some(({ label }) => label === text) ? '' : text)}
      nothingFoundMessage={found.isPending ? 'Searching …' : 'No project of this name'}
    />
  )
}
