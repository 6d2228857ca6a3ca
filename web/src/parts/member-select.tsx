import { Select, type SelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../api.ts'
import { withChosen } from './with-chosen.ts'

/** A member of the organisation, found by typing a part of the name or address. */
export function MemberSelect(props: Omit<SelectProps, 'data' | 'searchValue' | 'onSearchChange'>) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed, 250)
  const found = useQuery({
    queryKey: ['members', 'select', search],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/dashboard/members', { params: { query: { search } }, signal })),
    placeholderData: keepPreviousData,
  })
  const data = (found.data?.data ?? []).map(({ userId, name, email }) => ({
    value: userId,
    label: name ? `${name} (${email})` : email,
  }))
  return (
    <Select
      aria-label={props.label ? undefined : 'Owner'}
      placeholder="Any owner"
      searchable
      clearable
      {...props}
      data={withChosen(data, props.value)}
      // The server has searched already, and the chosen one's name is not a search.
      filter={({ options }) => options}
      onSearchChange={(text) => setTyped(data.some(({ label }) => label === text) ? '' : text)}
      nothingFoundMessage={found.isPending ? 'Searching …' : 'Nobody of this name'}
    />
  )
}
