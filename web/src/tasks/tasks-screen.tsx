import { Button, Group, Select } from '@mantine/core'
import { IconPhotoSpark } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { MemberSelect } from '../parts/member-select.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { usePages } from '../parts/use-pages.ts'
import { useIsManager, useOrganization } from '../session.ts'
import { TypedFilter } from '../usage/typed-filter.tsx'
import { BUSY_MS, IDLE_MS, isUnderWay, listTasks } from './task-api.ts'
import { taskColumns } from './task-columns.tsx'
import { STATES } from './task-words.ts'

const DAY_MS = 86_400_000
const TIMES = [
  { value: '1', label: 'Last 24 hours' },
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
]

type FilterName = 'status' | 'model' | 'user' | 'days'

export function TasksScreen() {
  const [{ status, model, user, days }] = useFilters<FilterName>()
  const manager = useIsManager()
  const { personal } = useOrganization()
  const withUser = manager && !personal
  const [busy, setBusy] = useState(false)
  const pages = usePages(
    ['tasks', 'list', { status, model, user, days }],
    (cursor, signal) => {
      const from = Number(days) > 0 ? new Date(Date.now() - Number(days) * DAY_MS).toISOString() : undefined
      return listTasks({ status, model, user, from }, cursor, signal)
    },
    busy ? BUSY_MS : IDLE_MS,
  )
  const isBusy = pages.rows?.some(isUnderWay) ?? false
  if (busy !== isBusy) setBusy(isBusy)
  const filtered = Boolean(status || model || user || days)
  return (
    <Page
      title="Tasks"
      description="What models make that takes a while: images, video and sound. Each task ends by itself; a failed one costs nothing."
      actions={
        <Button component={Link} to="/playground" search={{ kind: 'image' } as never} variant="default">
          Try it in the playground
        </Button>
      }
    >
      <Filters withUser={withUser} models={pages.rows?.map(({ model }) => model) ?? []} />
      <DataTable
        label="Tasks"
        columns={taskColumns(withUser)}
        rows={pages.rows}
        rowKey={({ id }) => id}
        error={pages.error}
        onRetry={pages.retry}
        pages={pages}
        empty={<NoTasks filtered={filtered} />}
      />
    </Page>
  )
}

function Filters({ withUser, models }: { withUser: boolean; models: readonly string[] }) {
  const [{ status, model, user, days }, setFilters] = useFilters<FilterName>()
  return (
    <FilterBar>
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={STATES}
        value={status ?? null}
        onChange={(value) => setFilters({ status: value })}
        clearable
        w={160}
      />
      <TypedFilter
        label="Model"
        placeholder="Any model"
        value={model ?? ''}
        suggestions={[...new Set(models)]}
        onChange={(value) => setFilters({ model: value })}
      />
      <Select
        aria-label="Time"
        placeholder="Any time"
        data={TIMES}
        value={days ?? null}
        onChange={(value) => setFilters({ days: value })}
        clearable
        w={160}
      />
      {withUser && (
        <MemberSelect
          aria-label="Who"
          placeholder="Anybody"
          value={user ?? null}
          onChange={(value) => setFilters({ user: value })}
          w={180}
        />
      )}
    </FilterBar>
  )
}

function NoTasks({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <NothingYet icon={<IconPhotoSpark />} title="No task matches">
        Take a filter away, or choose a longer time.
      </NothingYet>
    )
  }
  return (
    <NothingYet
      icon={<IconPhotoSpark />}
      title="No tasks yet"
      action={
        <Group justify="center">
          <Button component={Link} to="/playground" search={{ kind: 'image' } as never}>
            Make a picture
          </Button>
          <Button component={Link} to="/webhooks" variant="default">
            Be told when one ends
          </Button>
        </Group>
      }
    >
      A program asks with POST /v1/generate and gets a task's id at once. The task appears here, and what it
      made as soon as it is there.
    </NothingYet>
  )
}
