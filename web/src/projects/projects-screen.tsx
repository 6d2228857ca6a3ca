import { Button, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArchive, IconFolders, IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { NameDialog } from '../parts/name-dialog.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { usePages } from '../parts/use-pages.ts'
import { useIsManager } from '../session.ts'
import { listProjects, useCreateProject } from './project-api.ts'
import { projectColumns } from './project-columns.tsx'

export function ProjectsScreen() {
  const [{ search, state }, setFilters] = useFilters<'search' | 'state'>()
  const [creating, { open, close }] = useDisclosure()
  const manager = useIsManager()
  const filters = { search, archived: state === 'archived' }
  const pages = usePages(['projects', filters], (cursor, signal) => listProjects(filters, cursor, signal))
  const create = manager && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      Create project
    </Button>
  )
  return (
    <Page
      title="Projects"
      description="A project gathers the keys and the spend of one piece of work, and says who may use it."
      actions={create}
    >
      <FilterBar>
        <SearchInput
          value={search ?? ''}
          onSearch={(text) => setFilters({ search: text })}
          placeholder="Search projects"
        />
        <Select
          aria-label="Which projects"
          data={[
            { value: 'active', label: 'In use' },
            { value: 'archived', label: 'Archived' },
          ]}
          value={state ?? 'active'}
          onChange={(value) => setFilters({ state: value === 'archived' ? value : null })}
          allowDeselect={false}
          w={150}
        />
      </FilterBar>
      <DataTable
        label="Projects"
        columns={projectColumns(manager)}
        rowKey={({ id }) => id}
        {...pages}
        pages={pages}
        onRetry={pages.retry}
        empty={<NoProjects searched={Boolean(search)} archived={filters.archived} create={create} />}
      />
      {creating && <CreateProject onClose={close} />}
    </Page>
  )
}

function CreateProject({ onClose }: { onClose: () => void }) {
  const create = useCreateProject()
  const navigate = useNavigate()
  return (
    <NameDialog
      title="Create a project"
      submit="Create project"
      placeholder="Support assistant"
      description="You are its first member; add the others on its page"
      onSave={async (name) => {
        const { id } = await create.mutateAsync(name)
        await navigate({ to: '/projects/$id', params: { id } })
      }}
      onClose={onClose}
    />
  )
}

function NoProjects(props: { searched: boolean; archived: boolean; create: ReactNode }) {
  if (props.searched) {
    return (
      <NothingYet icon={<IconFolders />} title="No project of this name">
        Try a shorter part of the name, or look among the{' '}
        {props.archived ? 'projects in use' : 'archived ones'}.
      </NothingYet>
    )
  }
  if (props.archived) {
    return (
      <NothingYet icon={<IconArchive />} title="Nothing is archived">
        Archive a project when its work is over: no request can name it any more, and its usage stays
        readable.
      </NothingYet>
    )
  }
  return (
    <NothingYet icon={<IconFolders />} title="No projects yet" action={props.create}>
      {props.create
        ? 'Create one for each product or team, bind keys to it, and see what each of them spends.'
        : 'You are in no project. An owner or admin of the organisation can add you to one.'}
    </NothingYet>
  )
}
