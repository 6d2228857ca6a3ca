import { Anchor, Code, DataList, Drawer, Stack, Table, Text, Title } from '@mantine/core'
import { Fact } from '../parts/fact.tsx'
import { exactTime } from '../parts/figures.ts'
import { actionWords } from './action-words.ts'
import type { AuditRow } from './audit-api.ts'
import { actorName, targetName } from './audit-columns.tsx'

interface Narrowing {
  readonly actor?: string
  readonly target?: string
}

/** One change: who, how, and each field before and after. */
export function ChangeDrawer(props: {
  row: AuditRow | undefined
  onClose: () => void
  onNarrow: (to: Narrowing) => void
}) {
  const { row, onClose } = props
  return (
    <Drawer
      opened={row !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      title={row ? actionWords(row.action) : 'Change'}
    >
      {row && <Details row={row} onNarrow={props.onNarrow} />}
    </Drawer>
  )
}

function Details({ row, onNarrow }: { row: AuditRow; onNarrow: (to: Narrowing) => void }) {
  const { actor, target } = row
  const actorId = actor.id
  const name = targetName(row)
  return (
    <Stack>
      <Fields row={row} />
      <DataList labelWidth="7rem" withDivider gap="xs">
        <Fact name="Time">{exactTime(row.at)}</Fact>
        <Fact
          name="By"
          more={
            actorId !== null && (
              <Only
                what={actor.kind === 'key' ? 'by this key' : 'by this person'}
                onClick={() => onNarrow({ actor: actorId })}
              />
            )
          }
        >
          {actorName(actor)}{' '}
          {actor.label && actor.label !== actorName(actor) && <Code fz="xs">{actor.label}</Code>}
        </Fact>
        <Fact
          name="Of"
          more={
            <Only
              what={`of this ${target.kind.replaceAll('_', ' ')}`}
              onClick={() => onNarrow({ target: target.id })}
            />
          }
        >
          {name && <>{name} </>}
          <Code fz="xs">{target.id}</Code>
        </Fact>
        <Fact name="Action">
          <Code fz="xs">{row.action}</Code>
        </Fact>
        <Traces row={row} />
      </DataList>
    </Stack>
  )
}

/** What ties the change to logs, and the row to its neighbours. */
function Traces({ row }: { row: AuditRow }) {
  return (
    <>
      {row.address && <Fact name="Address">{row.address}</Fact>}
      {row.request_id && (
        <Fact name="Request">
          <Code fz="xs">{row.request_id}</Code>
        </Fact>
      )}
      {row.organization_id && (
        <Fact name="Organisation">
          <Code fz="xs">{row.organization_id}</Code>
        </Fact>
      )}
      <Fact name="Number" more="The hash seals this row and, by way of the one before, all before it.">
        {row.seq}
        <Code block fz="xs" mt={4} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {row.hash}
        </Code>
      </Fact>
    </>
  )
}

function Only({ what, onClick }: { what: string; onClick: () => void }) {
  return (
    <Anchor component="button" type="button" size="xs" onClick={onClick}>
      only {what}
    </Anchor>
  )
}

/** The fields that the change is about; of a creation there is no before, of a removal no after. */
function Fields({ row }: { row: AuditRow }) {
  const { before, after } = row
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        This change has no fields to show.
      </Text>
    )
  }
  return (
    <div>
      <Title order={3} mb={4}>
        {before && after ? 'Before and after' : before ? 'What it was' : 'What it is'}
      </Title>
      <Table fz="sm" layout="fixed" aria-label="Changed fields">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="30%">Field</Table.Th>
            {before && <Table.Th>{after ? 'Before' : 'Value'}</Table.Th>}
            {after && <Table.Th>{before ? 'After' : 'Value'}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => {
            const same = before && after && fieldText(name, before[name]) === fieldText(name, after[name])
            return (
              <Table.Tr key={name} c={same ? 'dimmed' : undefined}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{fieldWords(name)}</Table.Td>
                {before && <Value text={fieldText(name, before[name])} />}
                {after && <Value text={fieldText(name, after[name])} strong={!same && before !== null} />}
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Value({ text, strong }: { text: string; strong?: boolean }) {
  return (
    <Table.Td style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }} fw={strong ? 600 : undefined}>
      {text}
    </Table.Td>
  )
}

/** `allowedModels` → allowed models; `limitNanos` → limit. */
function fieldWords(name: string): string {
  return name
    .replace(/Nanos$/, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()
}

function fieldText(name: string, value: unknown): string {
  if (!name.endsWith('Nanos') || !/^-?\d+$/.test(String(value))) return plain(value)
  const digits = String(value).replace('-', '').padStart(10, '0')
  const decimal = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '')
  return `${String(value).startsWith('-') ? '−' : ''}${decimal} credits`
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) return value.map(plain).join(', ') || '–'
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value)
}
