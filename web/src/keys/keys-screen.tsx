import { Button, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { MemberSelect } from '../parts/member-select.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { ProjectSelect } from '../parts/project-select.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { usePages } from '../parts/use-pages.ts'
import { useIsManager, useOrganization } from '../session.ts'
import { CreateKeyDialog } from './create-key-dialog.tsx'
import { type KeyFilters, listKeys } from './key-api.ts'
import { keyColumns } from './key-columns.tsx'

const REFRESH_MS = 5000
const STATES = ['active', 'disabled', 'expired']

export function KeysScreen() {
  const [{ search, state, project, user }] = useFilters<keyof KeyFilters>()
  const [creating, { open, close }] = useDisclosure()
  const manager = useIsManager()
  const { personal } = useOrganization()
  const ofMany = manager && !personal
  const pages = usePages(
    ['keys', { search, state, project, user }],
    (cursor, signal) => listKeys({ search, state, project, user }, cursor, signal),
    REFRESH_MS,
  )
  const filtered = Boolean(search || state || project || user)
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      Create key
    </Button>
  )
  return (
    <Page
      title="API Keys"
      description="A key lets a program call the models. Give each program its own, so that you can limit and revoke it alone."
      actions={create}
    >
      <Filters withOwner={ofMany} />
      <DataTable
        label="API keys"
        columns={keyColumns(ofMany)}
        rows={pages.rows}
        rowKey={({ hash }) => hash}
        error={pages.error}
        onRetry={pages.retry}
        pages={pages}
        empty={<NoKeys filtered={filtered} create={create} />}
      />
      <CreateKeyDialog opened={creating} onClose={close} project={project} />
    </Page>
  )
}

function Filters({ withOwner }: { withOwner: boolean }) {
  const [{ search, state, project, user }, setFilters] = useFilters<keyof KeyFilters>()
  return (
    <FilterBar>
      <SearchInput
        value={search ?? ''}
        onSearch={(text) => setFilters({ search: text })}
        placeholder="Search by name or prefix"
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={STATES}
        value={state ?? null}
        onChange={(value) => setFilters({ state: value })}
        clearable
        w={150}
      />
      <ProjectSelect value={project ?? null} onChange={(value) => setFilters({ project: value })} w={180} />
      {withOwner && (
        <MemberSelect value={user ?? null} onChange={(value) => setFilters({ user: value })} w={180} />
      )}
    </FilterBar>
  )
}

function NoKeys({ filtered, create }: { filtered: boolean; create: React.ReactNode }) {
  if (filtered) {
    return (
      <NothingYet icon={<IconKey />} title="No key matches">
        Change the search or take a filter away. Revoked keys are found in the audit log only.
      </NothingYet>
    )
  }
  return (
    <NothingYet icon={<IconKey />} title="No API keys yet" action={create}>
      Create one, put it into your program as its API key, and point the program's base URL here. Any OpenAI
      client works.
    </NothingYet>
  )
}
