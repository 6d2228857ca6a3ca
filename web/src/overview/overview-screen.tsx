import { SegmentedControl, Skeleton } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { ErrorNote } from '../parts/error-note.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { useIsManager, useOrganization } from '../session.ts'
import { FirstSteps } from './first-steps.tsx'
import { Health, OverTime } from './over-time.tsx'
import { GROUPS, type GroupBy, useOverview } from './overview-api.ts'
import { daysBefore, lastDays, PERIODS } from './period.ts'
import { Tiles } from './tiles.tsx'
import { TopGroups } from './top-groups.tsx'

const REFRESH_MS = 5000

export function OverviewScreen() {
  const [filters, setFilters] = useFilters<'days' | 'by' | 'show'>()
  const manager = useIsManager()
  const { name, personal } = useOrganization()
  const period = PERIODS.find((known) => known === filters.days) ?? '30'
  const by: GroupBy = GROUPS.find((known) => known === filters.by) ?? 'model'
  const days = lastDays(Number(period))
  const now = useOverview(days, by, REFRESH_MS)
  const before = useOverview(daysBefore(days, Number(period)), 'model')
  const quiet = now.data?.totals.requests === 0 && !now.isPlaceholderData
  const whose = manager && !personal ? `What ${name} uses` : 'What you use'
  return (
    <Page
      title="Overview"
      description={`${whose}, by days in UTC.`}
      actions={<PeriodPicker period={period} onChange={(days) => setFilters({ days })} />}
    >
      <ErrorNote
        error={now.error}
        title={now.data ? 'The figures may be out of date' : 'The figures could not be read'}
        onRetry={() => void now.refetch()}
      />
      {quiet ? (
        <Quiet requestsBefore={before.data?.totals.requests} period={period} />
      ) : (
        (now.data || !now.error) && (
          <>
            <Tiles now={now.data} before={before.data} than={`the ${period} days before`} />
            <OverTime
              overview={now.data}
              by={by}
              measure={filters.show === 'requests' ? 'requests' : 'spend'}
              withMembers={manager && !personal}
              onChange={setFilters}
            />
            <TopGroups overview={now.data} by={by} days={period} />
            <Health overview={now.data} />
          </>
        )
      )}
    </Page>
  )
}

function PeriodPicker({ period, onChange }: { period: string; onChange: (period: string) => void }) {
  return (
    <SegmentedControl
      aria-label="Period"
      data={PERIODS.map((value) => ({ value, label: `${value} days` }))}
      value={period}
      onChange={onChange}
    />
  )
}

function Quiet({ requestsBefore, period }: { requestsBefore: number | undefined; period: string }) {
  if (requestsBefore === undefined) return <Skeleton height={320} />
  if (requestsBefore === 0) return <FirstSteps />
  return (
    <NothingYet icon={<IconChartBar />} title={`No requests in the last ${period} days`}>
      There were some before: choose a longer period above.
    </NothingYet>
  )
}
