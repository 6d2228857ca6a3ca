import { Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import type { Column } from '../parts/data-table.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { actionWords } from './action-words.ts'
import classes from './audit.module.css'
import type { AuditRow } from './audit-api.ts'

const WAYS: Readonly<Record<AuditRow['way'], string>> = {
  session: 'dashboard',
  key: 'API key',
  cli: 'command line',
  server: 'the server itself',
}

export function auditColumns(open: (row: AuditRow) => void): Column<AuditRow>[] {
  return [
    {
      name: 'What',
      cell: (row) => (
        <UnstyledButton className={classes.open} fz="sm" fw={600} onClick={() => open(row)}>
          {actionWords(row.action)}
          <VisuallyHidden>: details</VisuallyHidden>
        </UnstyledButton>
      ),
    },
    { name: 'Of', cell: (row) => <TargetName row={row} /> },
    {
      name: 'By',
      cell: ({ actor, way }) => (
        <Stack gap={0}>
          <Text size="sm" truncate maw={220}>
            {actorName(actor)}
          </Text>
          <Text size="xs" c="dimmed">
            {WAYS[way]}
          </Text>
        </Stack>
      ),
    },
    {
      name: 'From',
      cell: ({ address }) => (
        <Text size="sm" c="dimmed" truncate maw={170} title={address ?? undefined}>
          {address ?? '–'}
        </Text>
      ),
    },
    {
      name: 'Time',
      right: true,
      cell: ({ at }) => (
        <Text size="sm" span style={{ whiteSpace: 'nowrap' }}>
          <TimeAgo at={at} />
        </Text>
      ),
    },
  ]
}

export function actorName({ kind, id, name, label }: AuditRow['actor']): string {
  if (kind === 'operator') return 'The operator'
  if (kind === 'user' && id === null) return 'Somebody not signed in'
  return name || label || id || kind
}

/** What the target is called, or was when it was changed: of most kinds nothing but that is left. */
export function targetName({ target, before, after }: AuditRow): string | undefined {
  const written = after ?? before ?? {}
  const names = [target.name, written.name, written.email, written.host]
  return names.find((name): name is string => typeof name === 'string' && name !== '')
}

function TargetName({ row }: { row: AuditRow }) {
  const { target } = row
  return (
    <Text size="sm" truncate maw={240} title={target.id}>
      {targetName(row) ?? (
        <Text span inherit c="dimmed">
          {target.id}
        </Text>
      )}
    </Text>
  )
}
