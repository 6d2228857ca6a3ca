import { Button, Group, Text } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { DataTable } from '../parts/data-table.tsx'
import { DownloadButton } from '../parts/download-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { type Pages, usePages } from '../parts/use-pages.ts'
import { useIsManager, useOrganization } from '../session.ts'
import { FilterControls } from './filter-controls.tsx'
import { RequestDrawer } from './request-drawer.tsx'
import { listUsage, type UsageRow, useUsageSums } from './usage-api.ts'
import { usageColumns } from './usage-columns.tsx'
import { countOf, useUsageFilters } from './usage-filters.ts'
import { SpendChart, UsageTiles } from './usage-sums.tsx'

const REFRESH_MS = 5000

export function UsageScreen() {
  const { filters, setFilters, days, rowsQuery, sumsQuery } = useUsageFilters()
  const manager = useIsManager()
  const { personal } = useOrganization()
  // What is new comes first: pages further on do not change.
  const [atFirst, setAtFirst] = useState(true)
  const pages = usePages(
    ['usage', 'rows', rowsQuery],
    (cursor, signal) => listUsage(rowsQuery, cursor, signal),
    atFirst ? REFRESH_MS : undefined,
  )
  if (atFirst !== (pages.number === 1)) setAtFirst(pages.number === 1)
  const sums = useUsageSums(sumsQuery, REFRESH_MS)
  const models = sums.data?.groups.flatMap(({ id }) => id ?? []) ?? []
  const keyName = pages.rows?.find(({ key }) => key.hash === filters.key)?.key.name
  return (
    <Page
      title="Usage"
      description="Every request, what it cost and how it went. New ones appear by themselves; days are UTC."
      actions={
        <DownloadButton
          path="/api/dashboard/usage.csv"
          query={rowsQuery}
          name="usage.csv"
          label="Export CSV"
        />
      }
    >
      <FilterControls
        filters={filters}
        setFilters={setFilters}
        days={days}
        models={models}
        keyName={keyName ?? undefined}
      />
      <Sums sums={sums} quiet={Boolean(pages.error)} byOutcome={Boolean(filters.outcome)} />
      <DataTable
        label="Requests"
        columns={usageColumns(({ id }) => setFilters({ request: id }), manager && !personal)}
        rows={pages.rows}
        rowKey={({ id }) => id}
        error={pages.error}
        onRetry={pages.retry}
        pages={pages}
        empty={<NoRequests pages={pages} narrowed={countOf(filters) > 0} />}
      />
      <RequestDrawer id={filters.request} rows={pages.rows} setFilters={setFilters} />
    </Page>
  )
}

/** @param quiet that the list says already what failed */
function Sums(props: { sums: ReturnType<typeof useUsageSums>; quiet: boolean; byOutcome: boolean }) {
  const { data, error, refetch } = props.sums
  return (
    <>
      {!props.quiet && (
        <ErrorNote error={error} title="The sums could not be read" onRetry={() => void refetch()} />
      )}
      {(data || !error) && (
        <>
          <UsageTiles sums={data} byOutcome={props.byOutcome} />
          {data?.totals.requests !== 0 && <SpendChart sums={data} />}
        </>
      )}
    </>
  )
}

function NoRequests({ pages, narrowed }: { pages: Pages<UsageRow>; narrowed: boolean }) {
  if (pages.onNext) {
    return (
      <NothingYet
        icon={<IconChartBar />}
        title="Nothing found so far"
        action={
          <Button variant="default" onClick={pages.onNext}>
            Search further back
          </Button>
        }
      >
        The newest requests have none that match; older ones were not looked at yet.
      </NothingYet>
    )
  }
  if (narrowed) {
    return (
      <NothingYet icon={<IconChartBar />} title="No request matches">
        Take a filter away, or choose a longer time.
      </NothingYet>
    )
  }
  return (
    <NothingYet
      icon={<IconChartBar />}
      title="No requests in this time"
      action={
        <Group justify="center">
          <Button component={Link} to="/keys">
            API keys
          </Button>
          <Button component={Link} to="/playground" variant="default">
            Open the playground
          </Button>
        </Group>
      }
    >
      <Text span inherit>
        Each call of a model appears here within seconds: what it read and wrote, what it cost, how long it
        took.
      </Text>
    </NothingYet>
  )
}
