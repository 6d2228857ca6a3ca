import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconDeviceLaptop, IconDeviceMobile } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { auth, authAnswer } from '../auth-client.ts'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { deviceOf } from './device.ts'
import { isStale, SignInAgain } from './sign-in-again.tsx'

interface Session {
  readonly id: string
  readonly token: string
  readonly createdAt: Date | string
  readonly userAgent?: string | null | undefined
  readonly ipAddress?: string | null | undefined
}

export function Sessions() {
  const queries = useQueryClient()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: async () => {
      const [all, here] = await Promise.all([authAnswer(auth.listSessions()), authAnswer(auth.getSession())])
      return { all: all as Session[], here: here?.session.id }
    },
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['sessions'] })
  const others = (sessions.data?.all.length ?? 0) > 1 && (
    <ConfirmButton
      label="Sign out all others"
      title="Sign out all your other sessions?"
      confirm="Sign out"
      onConfirm={async () => {
        await authAnswer(auth.revokeOtherSessions())
        await refresh()
        saidSo('Your other sessions are signed out')
      }}
    >
      Whoever uses them has to sign in again. This browser stays signed in.
    </ConfirmButton>
  )
  return (
    <Section title="Sessions" description="Where you are signed in." actions={others || undefined}>
      {isStale(sessions.error) ? (
        <SignInAgain to="see your sessions and end them" />
      ) : (
        <ErrorNote error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
      {sessions.isPending && <Skeleton height={48} />}
      <Stack component="ul" gap="sm" p={0} m={0}>
        {sessions.data?.all.map((session) => (
          <One key={session.id} session={session} here={session.id === sessions.data.here} onEnd={refresh} />
        ))}
      </Stack>
    </Section>
  )
}

function One({ session, here, onEnd }: { session: Session; here: boolean; onEnd: () => unknown }) {
  const device = deviceOf(session.userAgent)
  const Icon = device.mobile ? IconDeviceMobile : IconDeviceLaptop
  const end = useMutation({
    mutationFn: () => authAnswer(auth.revokeSession({ token: session.token })),
    onSuccess: onEnd,
  })
  return (
    <Group component="li" wrap="nowrap" justify="space-between">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Icon size={22} stroke={1.5} />
        <div>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {device.name}
            </Text>
            {here && (
              <Badge size="sm" variant="light" color="green" tt="none" radius="sm">
                this one
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {session.ipAddress && `${session.ipAddress} · `}signed in{' '}
            <TimeAgo at={new Date(session.createdAt).getTime()} />
          </Text>
          <ErrorNote error={end.error} />
        </div>
      </Group>
      {!here && (
        <Button
          size="xs"
          variant="default"
          flex="none"
          onClick={() => end.mutate()}
          loading={end.isPending}
          aria-label={`Sign out ${device.name}`}
        >
          Sign out
        </Button>
      )}
    </Group>
  )
}
