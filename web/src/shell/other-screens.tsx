import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core'
import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { ErrorNote } from '../parts/error-note.tsx'

export function LostScreen() {
  return (
    <Center mih="70vh" p="lg">
      <Stack align="center" gap="xs">
        <Title order={1}>There is no such page</Title>
        <Text c="dimmed">The address may be old, or mistyped.</Text>
        <Button component={Link} to="/" mt="sm">
          Go to the overview
        </Button>
      </Stack>
    </Center>
  )
}

/** A screen that failed leaves the navigation in its place. */
export function BrokenScreen({ error, reset }: ErrorComponentProps) {
  return (
    <Center p="lg">
      <Stack maw={560} w="100%">
        <ErrorNote error={error} title="This page could not be shown" onRetry={reset} />
      </Stack>
    </Center>
  )
}

export function WaitingScreen() {
  return (
    <Center mih="50vh">
      <Loader aria-label="Loading" />
    </Center>
  )
}
