import { Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { credits, relativeTime, whole } from '../parts/figures.ts'
import type { Quota } from './balance-api.ts'

const UNITS: Readonly<Record<Quota['unit'], string>> = {
  credits: 'Credits',
  requests: 'Requests',
  tokens: 'Tokens',
  in_flight: 'Requests at a time',
}

const PERIODS: Readonly<Record<Quota['period'], string>> = {
  minute: ' a minute',
  day: ' a day',
  week: ' a week',
  month: ' a month',
  none: '',
}

const SUBJECTS: Readonly<Record<Quota['subject'], string>> = {
  organization: 'Organisation',
  user: 'Member',
  project: 'Project',
}

/** Every limit that applies, with how much of it is taken. */
export function QuotaList({ quotas, plan }: { quotas: readonly Quota[]; plan: string | undefined }) {
  return (
    <Stack gap="xs">
      <Title order={2}>Quotas</Title>
      <Text size="sm" c="dimmed">
        {quotas.length === 0
          ? `${plan ? `The plan ${plan} sets no limits` : 'No limits apply'} here. A key may have a limit of its own: see API Keys.`
          : 'All of them apply at once: a request is refused when one is used up. Keys may have limits of their own.'}
      </Text>
      {quotas.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
          {quotas.map((quota) => (
            <QuotaCard
              key={`${quota.subject} ${quota.subject_id} ${quota.unit} ${quota.period}`}
              quota={quota}
            />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  )
}

function QuotaCard({ quota }: { quota: Quota }) {
  const { unit, amount, spent, held, left } = quota
  const text = unit === 'credits' ? credits : (value: string) => whole(Number(value))
  const part = (value: string) => (Number(amount) > 0 ? (Number(value) / Number(amount)) * 100 : 100)
  const color = colorOf(100 - part(left))
  const name = `${UNITS[unit]}${PERIODS[quota.period]}`
  return (
    <Paper p="md">
      <Text size="sm" fw={600}>
        {name}
      </Text>
      <Text size="xs" c="dimmed" truncate title={quota.name}>
        {SUBJECTS[quota.subject]} {quota.name}
      </Text>
      <Progress.Root size={8} my={8}>
        <Progress.Section
          value={Math.min(100, part(spent))}
          color={color}
          aria-label={`${name}: ${text(spent)} of ${text(amount)} used`}
        />
        {held !== '0' && (
          <Progress.Section
            value={Math.min(100, part(held))}
            color="gray.5"
            aria-label={`${text(held)} held by requests under way`}
          />
        )}
      </Progress.Root>
      <Group justify="space-between" gap="xs">
        <Text size="sm" className="num" title={`${spent} spent, ${held} held, ${left} left of ${amount}`}>
          {text(left)} left of {text(amount)}
        </Text>
        <Text size="xs" c="dimmed">
          {[held !== '0' && `${text(held)} held`, resetText(quota.resets_at)].filter(Boolean).join(' · ')}
        </Text>
      </Group>
    </Paper>
  )
}

/** A minute is over before it can be read. */
function resetText(at: string | null): string | undefined {
  return at !== null && Date.parse(at) > Date.now() + 60_000 ? `resets ${relativeTime(at)}` : undefined
}

function colorOf(used: number): string {
  if (used >= 100) return 'red.7'
  return used >= 80 ? 'orange.6' : 'amber.4'
}
