import { Button, Center, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { noAnswer } from '../api.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { useSignOut } from '../session.ts'
import { Door } from '../sign-in/door.tsx'

export function LostScreen() {
  return <Lost why="The address may be old, or mistyped." />
}

/** Whom the right to administer was taken from learns of it here, too. */
export function NotAdminScreen() {
  return (
    <Lost why="There is one for administrators of this server, of whom you are none, or none any more." />
  )
}

function Lost({ why }: { why: string }) {
  return (
    <Center mih="70vh" p="lg">
      <Stack align="center" gap="xs">
        <Title order={1}>There is no such page</Title>
        <Text c="dimmed">{why}</Text>
        <Button component={Link} to="/" mt="sm">
          Go to the overview
        </Button>
      </Stack>
    </Center>
  )
}

/** A screen that failed leaves the navigation in its place. */
export function BrokenScreen({ error, reset }: ErrorComponentProps) {
  // In the words of Chromium, Firefox and Safari, and of the builder's for style sheets.
  const isMissing = /dynamically imported module|Importing a module script|preload CSS/.test(String(error))
  return (
    <Center p="lg">
      <Stack maw={560} w="100%">
        <ErrorNote
          error={isMissing ? noAnswer() : error}
          title="This page could not be shown"
          onRetry={isMissing ? () => location.reload() : reset}
        />
      </Stack>
    </Center>
  )
}

/** Whom an administrator has shut out: who can change it, and the way to another account. */
export function SuspendedScreen({ onRetry }: { onRetry: () => void }) {
  const signOut = useSignOut()
  return (
    <Door title="Your account is suspended">
      <Text size="sm">
        The dashboard and your API keys are refused until an administrator of this server activates the
        account again. Nothing of yours was deleted.
      </Text>
      <Group grow>
        <Button variant="default" onClick={() => void signOut()}>
          Sign out
        </Button>
        <Button onClick={onRetry}>Try again</Button>
      </Group>
    </Door>
  )
}

export function WaitingScreen() {
  return (
    <Center mih="50vh">
      <Loader aria-label="Loading" />
    </Center>
  )
}
