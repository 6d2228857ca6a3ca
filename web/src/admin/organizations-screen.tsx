import { Select } from '@mantine/core'
import { IconBuilding } from '@tabler/icons-react'
import { answer, api } from '../api.ts'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { usePages } from '../parts/use-pages.ts'
import { ORGANIZATION_COLUMNS } from './organization-columns.tsx'
import type { State } from './people-api.ts'
import { PlanSelect } from './plan-select.tsx'

type Filter = 'search' | 'state' | 'kind' | 'plan'

export function OrganizationsScreen() {
  const [{ search, state, kind, plan }] = useFilters<Filter>()
  const pages = usePages(['admin-organizations', { search, state, kind, plan }], (cursor, signal) => {
    const query = {
      search,
      cursor,
      plan,
      ...(state && { state: state as State }),
      ...(kind && { personal: kind === 'personal' }),
    }
    return answer(api.GET('/api/dashboard/admin/organizations', { params: { query }, signal }))
  })
  return (
    <Page
      title="Organisations"
      description="Everything that is spent belongs to an organisation. Each person has one of their own; teams make others under Members."
    >
      <Filters />
      <DataTable
        label="Organisations"
        columns={ORGANIZATION_COLUMNS}
        rowKey={({ id }) => id}
        {...pages}
        pages={pages}
        onRetry={pages.retry}
        empty={
          <NothingYet icon={<IconBuilding />} title="No organisation matches">
            Change the search or take a filter away.
          </NothingYet>
        }
      />
    </Page>
  )
}

function Filters() {
  const [{ search, state, kind, plan }, setFilters] = useFilters<Filter>()
  return (
    <FilterBar>
      <SearchInput
        value={search ?? ''}
        onSearch={(text) => setFilters({ search: text })}
        placeholder="Search organisations"
      />
      <Select
        aria-label="Kind"
        placeholder="Any kind"
        data={[
          { value: 'team', label: 'Shared' },
          { value: 'personal', label: 'Personal' },
        ]}
        value={kind ?? null}
        onChange={(value) => setFilters({ kind: value })}
        clearable
        w={140}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={[
          { value: 'active', label: 'Active' },
          { value: 'suspended', label: 'Suspended' },
        ]}
        value={state ?? null}
        onChange={(value) => setFilters({ state: value })}
        clearable
        w={140}
      />
      <PlanSelect
        aria-label="Plan"
        placeholder="Any plan"
        value={plan ?? null}
        onChange={(value) => setFilters({ plan: value })}
        w={160}
      />
    </FilterBar>
  )
}
