import { Button, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus, IconUserShield } from '@tabler/icons-react'
import { answer, api } from '../api.ts'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { usePages } from '../parts/use-pages.ts'
import { CreateUserDialog } from './create-user-dialog.tsx'
import type { State } from './people-api.ts'
import { PlanSelect } from './plan-select.tsx'
import { USER_COLUMNS } from './user-columns.tsx'

type Filter = 'search' | 'state' | 'plan'

export function UsersScreen() {
  const [{ search, state, plan }] = useFilters<Filter>()
  const [creating, { open, close }] = useDisclosure()
  const pages = usePages(['admin-users', { search, state, plan }], (cursor, signal) => {
    const chosen = state === 'operators' ? { operator: true } : state ? { state: state as State } : {}
    const query = { search, cursor, plan, ...chosen }
    return answer(api.GET('/api/dashboard/admin/users', { params: { query }, signal }))
  })
  return (
    <Page
      title="Users"
      description="Everybody who has an account on this server. Whoever is suspended is refused at once, keys included."
      actions={
        <Button leftSection={<IconUserPlus size={16} />} onClick={open}>
          Create account
        </Button>
      }
    >
      <Filters />
      <DataTable
        label="Users"
        columns={USER_COLUMNS}
        rowKey={({ id }) => id}
        {...pages}
        pages={pages}
        onRetry={pages.retry}
        empty={
          <NothingYet icon={<IconUserShield />} title="No user matches">
            Change the search or take a filter away. A person who was invited appears here after the first
            sign-in.
          </NothingYet>
        }
      />
      {creating && <CreateUserDialog onClose={close} />}
    </Page>
  )
}

function Filters() {
  const [{ search, state, plan }, setFilters] = useFilters<Filter>()
  return (
    <FilterBar>
      <SearchInput
        value={search ?? ''}
        onSearch={(text) => setFilters({ search: text })}
        placeholder="Search by name or e-mail"
      />
      <Select
        aria-label="Which users"
        placeholder="All users"
        data={[
          { value: 'active', label: 'Active' },
          { value: 'suspended', label: 'Suspended' },
          { value: 'operators', label: 'Administrators' },
        ]}
        value={state ?? null}
        onChange={(value) => setFilters({ state: value })}
        clearable
        w={160}
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
