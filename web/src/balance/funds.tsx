import { Group, Paper, Progress, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { IconCoins } from '@tabler/icons-react'
import { Amount, Credits } from '../parts/amount.tsx'
import { Stat } from '../parts/stat.tsx'
import type { Balance } from './balance-api.ts'

/** What was granted and what became of it. Where nothing is prepaid, what was used. */
export function Funds({ of }: { of: Balance | undefined }) {
  if (!of) return <Skeleton height={150} />
  const { balance, used } = of
  if (!balance) {
    return (
      <Paper p="md">
        <Group gap="md" wrap="nowrap">
          <IconCoins size={28} stroke={1.5} aria-hidden />
          <div>
            <Text fw={600}>
              <Amount value={used} /> credits used in all
            </Text>
            <Text size="sm" c="dimmed">
              Nothing is prepaid here: use is counted, and only quotas limit it.
            </Text>
          </div>
        </Group>
      </Paper>
    )
  }
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'xs', sm: 'md' }}>
        <Stat name="Remaining" value={<Credits value={balance.remaining} />} more="To be spent" />
        <Stat name="Granted" value={<Credits value={balance.granted} />} more="Less what was taken back" />
        <Stat name="Spent" value={<Credits value={balance.spent} />} more="By requests that ended" />
        <Stat name="Held" value={<Credits value={balance.held} />} more="By requests under way, at most" />
      </SimpleGrid>
      <Bar balance={balance} />
    </>
  )
}

function Bar({ balance }: { balance: NonNullable<Balance['balance']> }) {
  const granted = Number(balance.granted)
  const part = (value: string) => (granted > 0 ? Math.min(100, (Number(value) / granted) * 100) : 0)
  const spent = part(balance.spent)
  return (
    <Progress.Root size={10} radius="md">
      <Progress.Section
        value={spent}
        color={spent >= 95 ? 'red.7' : 'amber.4'}
        aria-label={`${Math.round(spent)} % of what was granted is spent`}
      />
      <Progress.Section value={part(balance.held)} color="gray.5" aria-label="Held by requests under way" />
    </Progress.Root>
  )
}
