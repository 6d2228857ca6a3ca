import { Button, Switch } from '@mantine/core'
import { IconListDetails } from '@tabler/icons-react'
import { useState } from 'react'
import { DataTable } from '../parts/data-table.tsx'
import { DownloadButton } from '../parts/download-button.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { type Pages, usePages } from '../parts/use-pages.ts'
import { useIsManager, useMe, useOrganization } from '../session.ts'
import { type AuditRow, listAudit } from './audit-api.ts'
import { auditColumns } from './audit-columns.tsx'
import { AuditFilters, auditQueryOf, type Filters } from './audit-filters.tsx'
import { ChangeDrawer } from './change-drawer.tsx'

const REFRESH_MS = 10_000

export function AuditScreen() {
  const [filters, setFilters] = useFilters<keyof Filters>()
  const me = useMe()
  const { name, personal } = useOrganization()
  const manager = useIsManager()
  const whole = me.user.operator && filters.all === 'true'
  if (!manager && !whole)
    return <NotForMembers operator={me.user.operator} onAll={() => setFilters({ all: 'true' })} />
  return (
    <Page
      title="Audit log"
      description={`Every change ${whole ? 'on this server' : personal ? 'in your personal organisation' : `in ${name}`}, with who made it. Nothing in it can be edited or removed.`}
      actions={<Exports filters={filters} whole={whole} />}
    >
      <AuditFilters filters={filters} setFilters={setFilters} />
      {me.user.operator && (
        <Switch
          label="The whole server, with all organisations"
          checked={whole}
          onChange={(event) => setFilters({ all: event.currentTarget.checked ? 'true' : null })}
        />
      )}
      <Changes filters={filters} whole={whole} setFilters={setFilters} />
    </Page>
  )
}

function Exports({ filters, whole }: { filters: Filters; whole: boolean }) {
  const { all: _, ...query } = auditQueryOf(filters, whole)
  const asked = { ...query, ...(whole && { all: 'true' }) }
  return (
    <>
      <DownloadButton path="/api/dashboard/audit.csv" query={asked} name="audit.csv" label="Export CSV" />
      <DownloadButton path="/api/dashboard/audit.jsonl" query={asked} name="audit.jsonl" label="JSON lines" />
    </>
  )
}

function Changes(props: {
  filters: Filters
  whole: boolean
  setFilters: (changes: Partial<Record<keyof Filters, string | null>>) => void
}) {
  const { filters, setFilters } = props
  const [open, setOpen] = useState<AuditRow>()
  const query = auditQueryOf(filters, props.whole)
  const pages = usePages(['audit', query], (cursor, signal) => listAudit(query, cursor, signal), REFRESH_MS)
  const { all: _, ...narrowing } = filters
  return (
    <>
      <DataTable
        label="Changes"
        columns={auditColumns(setOpen)}
        rows={pages.rows}
        rowKey={({ seq }) => String(seq)}
        error={pages.error}
        onRetry={pages.retry}
        pages={pages}
        empty={<NoChanges pages={pages} narrowed={Object.values(narrowing).some(Boolean)} />}
      />
      <ChangeDrawer
        row={open}
        onClose={() => setOpen(undefined)}
        onNarrow={(to) => {
          setOpen(undefined)
          setFilters(to)
        }}
      />
    </>
  )
}

function NoChanges({ pages, narrowed }: { pages: Pages<AuditRow>; narrowed: boolean }) {
  if (pages.onNext) {
    return (
      <NothingYet
        icon={<IconListDetails />}
        title="Nothing found so far"
        action={
          <Button variant="default" onClick={pages.onNext}>
            Search further back
          </Button>
        }
      >
        The newest changes have none that match; older ones were not looked at yet.
      </NothingYet>
    )
  }
  if (narrowed) {
    return (
      <NothingYet icon={<IconListDetails />} title="No change matches">
        Take a filter away, or choose a longer time.
      </NothingYet>
    )
  }
  return (
    <NothingYet icon={<IconListDetails />} title="No changes yet">
      Whatever is created, changed or revoked is written down here, with the person, the time and the address.
    </NothingYet>
  )
}

function NotForMembers({ operator, onAll }: { operator: boolean; onAll: () => void }) {
  return (
    <Page title="Audit log">
      <NothingYet
        icon={<IconListDetails />}
        title="For owners and admins"
        action={
          operator && (
            <Button variant="default" onClick={onAll}>
              Show that of the whole server
            </Button>
          )
        }
      >
        The audit log of this organisation can be read by its owners and admins. Ask one of them.
      </NothingYet>
    </Page>
  )
}
