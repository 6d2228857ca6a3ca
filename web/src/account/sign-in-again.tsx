import { Button, Group, Text } from '@mantine/core'
import { ApiError } from '../api.ts'
import { useSignOut } from '../session.ts'

/** Whether the server wants a sign-in of the last minutes first. */
export function isStale(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'SESSION_NOT_FRESH'
}

/** @param to what follows the sign-in: "see your sessions and end them" */
export function SignInAgain({ to }: { to: string }) {
  const signOut = useSignOut()
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" flex="1 1 14rem">
        You signed in a while ago. Whoever sits at this browser now may not be you, so sign in again to {to}.
      </Text>
      <Button variant="default" onClick={() => void signOut('/account')}>
        Sign in again
      </Button>
    </Group>
  )
}
