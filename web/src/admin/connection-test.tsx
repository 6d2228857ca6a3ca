import { Alert, Collapse, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { ErrorNote } from '../parts/error-note.tsx'
import { duration } from '../parts/figures.ts'
import type { TestResult } from './catalogue-api.ts'

/** What a test found, for each credential. Nothing before one. */
export function ConnectionTest({ result, error }: { result: TestResult | undefined; error: Error | null }) {
  return (
    <div aria-live="polite">
      <ErrorNote error={error} title="It could not be tested" />
      {result && (
        <Stack gap="xs" mt="sm">
          {result.results.map((one) => (
            <Result key={one.credential ?? ''} one={one} />
          ))}
        </Stack>
      )}
    </div>
  )
}

function Result({ one }: { one: TestResult['results'][number] }) {
  const { ok, credential, status, milliseconds, message, models } = one
  const facts = [status !== null && `HTTP ${status}`, milliseconds > 0 && duration(milliseconds)]
  return (
    <Alert
      variant="light"
      color={ok ? 'green' : 'red'}
      icon={ok ? <IconCircleCheck size={18} /> : <IconCircleX size={18} />}
      title={`${ok ? 'It works' : 'It does not work'}${credential === null ? '' : ` with the credential ${credential}`}`}
      p="sm"
    >
      <Text size="sm">{message}</Text>
      <Text size="xs">{facts.filter(Boolean).join(' · ')}</Text>
      {models && models.length > 0 && <ModelNames names={models} />}
    </Alert>
  )
}

function ModelNames({ names }: { names: readonly string[] }) {
  const [opened, { toggle }] = useDisclosure()
  return (
    <>
      <UnstyledButton fz="sm" td="underline" mt={4} onClick={toggle} aria-expanded={opened}>
        {opened ? 'Hide its models' : 'Show its models'}
      </UnstyledButton>
      <Collapse expanded={opened}>
        <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {names.join(', ')}
        </Text>
      </Collapse>
    </>
  )
}
