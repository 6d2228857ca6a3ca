import { Alert, Anchor, Code, DataList, Drawer, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { CopyButton } from '../parts/copy-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { Fact } from '../parts/fact.tsx'
import { duration, exactTime, whole } from '../parts/figures.ts'
import { Outcome } from './outcome.tsx'
import { type UsageRow, usageRowQuery } from './usage-api.ts'
import type { Filters, SetFilters } from './usage-filters.ts'

const BASES: Readonly<Record<UsageRow['cost_basis'], string>> = {
  reported: 'Of the tokens that the provider reported.',
  counted: 'The provider reported no tokens; they were counted here.',
  held: 'The end of the answer is unknown, so what was held for it was charged. An administrator can refund it.',
  none: 'Nothing was charged.',
}

/** All that is known of one request. It is fetched unless the list has it. */
export function RequestDrawer(props: {
  id: string | undefined
  rows: readonly UsageRow[] | undefined
  setFilters: SetFilters
}) {
  const { id, rows, setFilters } = props
  const listed = rows?.find((row) => row.id === id)
  const fetched = useQuery(usageRowQuery(listed ? undefined : id))
  const row = listed ?? fetched.data
  const close = () => setFilters({ request: null })
  return (
    <Drawer
      opened={id !== undefined}
      onClose={close}
      position="right"
      size="md"
      title="Request"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {row && <Details row={row} narrow={(filters) => setFilters({ ...filters, request: null })} />}
      {!row && fetched.isPending && id !== undefined && <Skeleton height={320} />}
      {fetched.error && <ErrorNote error={fetched.error} onRetry={() => void fetched.refetch()} />}
      {fetched.data === null && (
        <Text size="sm">
          There is no such request, or you may not see it. It may have been cleared away by the server's
          retention, or belong to another organisation.
        </Text>
      )}
    </Drawer>
  )
}

function Details({ row, narrow }: { row: UsageRow; narrow: (filters: Filters) => void }) {
  const only = (filters: Filters, what: string) => (
    <Anchor component="button" type="button" size="xs" onClick={() => narrow(filters)}>
      only this {what}
    </Anchor>
  )
  return (
    <Stack>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere' }}>{row.id}</Code>
        <CopyButton value={row.id} what="the request's id" />
      </Group>
      {row.error_code && (
        <Alert color="red" variant="light" p="xs">
          <Text size="sm">
            It ended with <Code>{row.error_code}</Code>.
          </Text>
        </Alert>
      )}
      <DataList labelWidth="7.5rem" withDivider gap="xs">
        <Fact name="Time">{exactTime(row.created_at)}</Fact>
        <Fact name="Status">
          <Outcome row={row} />
        </Fact>
        <Fact name="Model" more={only({ model: row.model }, 'model')}>
          {row.model}
        </Fact>
        {row.provider && (
          <Fact name="Served by">
            {row.provider}
            {row.provider_model && row.provider_model !== row.model && ` as ${row.provider_model}`}
          </Fact>
        )}
        <Fact name="Endpoint">
          {row.endpoint}
          {row.streamed && ', streamed'}
        </Fact>
        <Subjects row={row} only={only} />
        <Figures row={row} />
      </DataList>
    </Stack>
  )
}

function Subjects({ row, only }: { row: UsageRow; only: (filters: Filters, what: string) => ReactNode }) {
  return (
    <>
      <Fact name="API key" more={only({ key: row.key.hash }, 'key')}>
        {row.key.name ?? row.key.hash} {row.key.label && <Code fz="xs">{row.key.label}</Code>}
      </Fact>
      <Fact name="Member" more={only({ user: row.user.id }, 'member')}>
        {row.user.name ?? row.user.email ?? row.user.id}
      </Fact>
      {row.project && (
        <Fact name="Project" more={only({ project: row.project.id }, 'project')}>
          {row.project.name ?? row.project.id}
        </Fact>
      )}
      {row.end_user && (
        <Fact name="End user" more={only({ end_user: row.end_user }, 'end user')}>
          {row.end_user}
        </Fact>
      )}
    </>
  )
}

/** A generation has made files or seconds; everything else has read and written tokens. */
function Amounts({ row }: { row: UsageRow }) {
  if (row.endpoint === 'generate') {
    const task = (
      <Anchor component={Link} to="/tasks/$id" params={{ id: row.id } as never} inherit>
        its task
      </Anchor>
    )
    return (
      <Fact name="Made" more={task}>
        {whole(row.units)} {row.units === 1 ? 'file or second' : 'files or seconds'}
      </Fact>
    )
  }
  return (
    <>
      <Fact name="Tokens read">
        {whole(row.input_tokens)}
        {row.cached_tokens > 0 && `, ${whole(row.cached_tokens)} of them cached`}
      </Fact>
      <Fact name="Tokens written">
        {whole(row.output_tokens)}
        {row.reasoning_tokens > 0 && `, ${whole(row.reasoning_tokens)} of them for reasoning`}
      </Fact>
    </>
  )
}

function Figures({ row }: { row: UsageRow }) {
  return (
    <>
      <Amounts row={row} />
      <Fact name="Cost" more={row.endpoint === 'generate' ? null : BASES[row.cost_basis]}>
        {row.cost} credits
      </Fact>
      {row.first_byte_ms !== null && <Fact name="First byte">{duration(row.first_byte_ms)}</Fact>}
      <Fact name="Took">{duration(row.duration_ms)}</Fact>
      {row.attempts > 1 && <Fact name="Attempts">{row.attempts}, the last one counts</Fact>}
    </>
  )
}
