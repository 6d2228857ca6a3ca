import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, api } from '../api.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { useFields } from '../parts/use-fields.ts'
import { useFilters } from '../parts/use-filters.ts'
import { configQuery } from './config.ts'
import { Door } from './door.tsx'
import { NewPassword } from './new-password.tsx'
import { useArrival } from './use-arrival.ts'

const EMPTY = { name: '', email: '', password: '' }

/** The first administrator, by the one-time link of the server's log. */
export function SetupScreen() {
  const [filters] = useFilters<'token'>()
  // In the fragment it is not sent to any server; kept here, so that it can leave the address.
  const [token] = useState(
    () => filters.token ?? new URLSearchParams(location.hash.slice(1)).get('token') ?? '',
  )
  const queries = useQueryClient()
  const config = useQuery(configQuery)
  const arrive = useArrival()
  const create = useMutation({
    mutationFn: async (values: typeof EMPTY) => {
      const { data } = await answer(api.POST('/api/dashboard/setup', { body: { token, ...values } }))
      await queries.invalidateQueries({ queryKey: ['config'] })
      return data
    },
    onSuccess: ({ signedIn }) => arrive(signedIn ? '/' : '/sign-in'),
  })
  const { values, field } = useFields(EMPTY, create.error)
  // Only before an attempt: the one that succeeds changes the answer.
  if (config.data?.setupNeeded === false && create.isIdle) return <AlreadySetUp />
  if (!token) return <NotWhole />
  return (
    <Door title="Welcome" intro="You are the first here. This account administers the server.">
      <form onSubmit={onSubmit(() => create.mutate(values))}>
        <Stack>
          <TextInput label="Name" autoComplete="name" required maxLength={200} autoFocus {...field('name')} />
          <TextInput label="E-mail" type="email" autoComplete="username" required {...field('email')} />
          <NewPassword {...field('password')} />
          <ErrorNote error={create.error} />
          <Button type="submit" loading={create.isPending} fullWidth>
            Create the administrator
          </Button>
        </Stack>
      </form>
    </Door>
  )
}

function AlreadySetUp() {
  return (
    <Door title="This server has its administrator">
      <Text size="sm">
        The one-time link is used up. Other accounts are made by invitation or under Users.
      </Text>
      <Button component={Link} to="/sign-in">
        Sign in
      </Button>
    </Door>
  )
}

function NotWhole() {
  return (
    <Door
      title="This link is not whole"
      foot={
        <Anchor component={Link} to="/sign-in">
          To the sign-in
        </Anchor>
      }
    >
      <Text size="sm">
        Copy all of it from the log of the server, where it stands at the start: the part after the question
        mark or the hash belongs to it.
      </Text>
    </Door>
  )
}
