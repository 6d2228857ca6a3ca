import { Button, Group, Paper, Skeleton, Table, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './data-table.module.css'
import { ErrorNote } from './error-note.tsx'
import type { Pages } from './use-pages.ts'

export interface Column<T> {
  readonly name: string
  readonly cell: (row: T) => ReactNode
  /** Figures stand at the right. */
  readonly right?: boolean
  /** The row's actions: on a phone without a name before them. */
  readonly bare?: boolean
  readonly width?: number | string
}

/** Actions no wider than this stand in the corner of a phone's card. */
const CORNER_PX = 60

/** A list as a table; on a phone each row becomes a small card. `label` says what is listed, to those who cannot see it. */
export function DataTable<T>(props: {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[] | undefined
  rowKey: (row: T) => string
  error?: unknown
  onRetry?: () => void
  /** In place of an empty table. */
  empty: ReactNode
  pages?: Pick<Pages<T>, 'number' | 'onNext' | 'onPrevious' | 'isStale'>
}) {
  const { rows, pages } = props
  if (props.error && !rows)
    return <ErrorNote error={props.error} {...(props.onRetry && { onRetry: props.onRetry })} />
  if (rows?.length === 0 && (pages?.number ?? 1) === 1) return props.empty
  return (
    <>
      {Boolean(props.error) && <ErrorNote error={props.error} title="This list may be out of date" />}
      <Paper className={classes.place} data-stale={pages?.isStale || undefined}>
        <Table
          className={classes.table}
          aria-label={props.label}
          aria-busy={rows === undefined}
          highlightOnHover
        >
          <Table.Thead>
            <Table.Tr>
              {props.columns.map(({ name, right, width, bare }) => (
                <Table.Th key={name} w={width} data-right={right || undefined}>
                  {bare ? <span className={classes.unseen}>{name}</span> : name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows ? (
              rows.map((row) => <Row key={props.rowKey(row)} row={row} columns={props.columns} />)
            ) : (
              <Waiting columns={props.columns.length} />
            )}
          </Table.Tbody>
        </Table>
      </Paper>
      {pages && <Ways {...pages} />}
    </>
  )
}

function Waiting({ columns }: { columns: number }) {
  return [0, 1, 2, 3, 4].map((line) => (
    <Table.Tr key={line}>
      <Table.Td colSpan={columns}>
        <Skeleton height={18} my={4} />
      </Table.Td>
    </Table.Tr>
  ))
}

function Row<T>({ row, columns }: { row: T; columns: readonly Column<T>[] }) {
  return (
    <Table.Tr>
      {columns.map(({ name, cell, right, bare, width }) => (
        <Table.Td
          key={name}
          data-name={bare ? undefined : name}
          data-right={right || undefined}
          data-corner={(bare && typeof width === 'number' && width <= CORNER_PX) || undefined}
        >
          {cell(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}

function Ways({ number, onNext, onPrevious }: Pick<Pages<unknown>, 'number' | 'onNext' | 'onPrevious'>) {
  if (!onNext && !onPrevious) return null
  return (
    <Group justify="flex-end" gap="xs" component="nav" aria-label="Pages">
      <Text size="sm" c="dimmed" mr="xs" aria-live="polite">
        Page {number}
      </Text>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconChevronLeft size={14} />}
        disabled={!onPrevious}
        onClick={onPrevious}
      >
        Previous
      </Button>
      <Button
        size="xs"
        variant="default"
        rightSection={<IconChevronRight size={14} />}
        disabled={!onNext}
        onClick={onNext}
      >
        Next
      </Button>
    </Group>
  )
}
