import { Anchor, Skeleton } from '@mantine/core'
import { IconAdjustments } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { answer, api } from '../api.ts'
import { DataTable } from '../parts/data-table.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { Section } from '../parts/section.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { SETTING_COLUMNS, type Setting } from './setting-columns.tsx'

export function SettingsScreen() {
  const [{ search = '' }, setFilters] = useFilters<'search'>()
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/admin/settings', { signal }))).data,
  })
  const groups = (settings.data ?? [])
    .map((group) => ({ ...group, settings: group.settings.filter((setting) => matches(setting, search)) }))
    .filter((group) => group.settings.length > 0)
  return (
    <Page
      title="Server settings"
      description="What the configuration file and the environment say. They are read when the server starts: change them there, then restart."
    >
      <FilterBar>
        <SearchInput
          value={search}
          onSearch={(text) => setFilters({ search: text })}
          placeholder="Search settings"
        />
      </FilterBar>
      <ErrorNote error={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isPending && <Skeleton height={240} radius="md" />}
      {settings.data && groups.length === 0 && (
        <NothingYet icon={<IconAdjustments />} title="No setting matches">
          Try a part of a name, of a description or of an environment variable. Providers, models and plans
          have pages of their own, such as{' '}
          <Anchor component={Link} to="/admin/plans" inherit>
            Plans
          </Anchor>
          .
        </NothingYet>
      )}
      {groups.map((group) => (
        <Section
          key={group.name}
          title={group.name || 'General'}
          {...(group.description && { description: group.description })}
        >
          <DataTable
            label={`Settings: ${group.name || 'General'}`}
            columns={SETTING_COLUMNS}
            rows={group.settings}
            rowKey={({ name }) => name}
            empty={null}
          />
        </Section>
      ))}
    </Page>
  )
}

function matches({ name, description, variable }: Setting, search: string): boolean {
  return `${name} ${description} ${variable ?? ''}`.toLowerCase().includes(search.toLowerCase())
}
