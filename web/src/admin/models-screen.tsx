import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCpu, IconPlus } from '@tabler/icons-react'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { useModels } from './catalogue-api.ts'
import { MODEL_COLUMNS } from './model-columns.tsx'
import { ModelDialog } from './model-dialog.tsx'

export function ModelsScreen() {
  const models = useModels()
  const [{ search = '' }, setFilters] = useFilters<'search'>()
  const [creating, { open, close }] = useDisclosure()
  const wanted = search.toLowerCase()
  const found = models.data?.filter(({ id, name }) => `${id} ${name ?? ''}`.toLowerCase().includes(wanted))
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={open} disabled={!models.data}>
      Add model
    </Button>
  )
  return (
    <Page
      title="Models"
      description="What programs may ask for, what it costs and where it is served. Prices are credits: of a million tokens, or of each file or second that is made."
      actions={add}
    >
      <FilterBar>
        <SearchInput
          value={search}
          onSearch={(text) => setFilters({ search: text })}
          placeholder="Search models"
        />
      </FilterBar>
      <DataTable
        label="Models"
        columns={MODEL_COLUMNS}
        rows={found}
        rowKey={({ id }) => id}
        error={models.error}
        onRetry={() => void models.refetch()}
        empty={
          search ? (
            <NothingYet icon={<IconCpu />} title="No model of this name">
              Try a shorter part of its id or name.
            </NothingYet>
          ) : (
            <NothingYet icon={<IconCpu />} title="No models yet" action={add}>
              Add a provider first, then give each of its models the id that programs shall use, a price and a
              route.
            </NothingYet>
          )
        }
      />
      {creating && <ModelDialog taken={(models.data ?? []).map(({ id }) => id)} onClose={close} />}
    </Page>
  )
}
