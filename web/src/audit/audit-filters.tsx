import { CloseButton, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { dayText } from '../overview/period.ts'
import { MemberSelect } from '../parts/member-select.tsx'
import { NOUNS } from './action-words.ts'
import classes from './audit.module.css'
import type { AuditQuery } from './audit-api.ts'

/** As they stand in the address; days are UTC. */
export interface Filters {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly target?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly all?: string | undefined
}

const SMALL = { fontSize: 'var(--mantine-font-size-xs)', color: 'var(--mantine-color-dimmed)' }
const DAY_MS = 86_400_000

export function auditQueryOf({ actor, action, target, from, to }: Filters, whole: boolean): AuditQuery {
  const last = to ? Date.parse(to) : Number.NaN
  return {
    ...(actor && { actor }),
    ...(action && { action }),
    ...(target && { target }),
    ...(from && { from }),
    // The last day is meant with all of its hours.
    ...(!Number.isNaN(last) && { to: dayText(last + DAY_MS) }),
    ...(whole && { all: true }),
  }
}

export function AuditFilters(props: {
  filters: Filters
  setFilters: (changes: Partial<Record<keyof Filters, string | null>>) => void
}) {
  const { filters, setFilters } = props
  return (
    <search className={classes.filters}>
      <Select
        aria-label="What"
        placeholder="Any change"
        searchable
        clearable
        data={choicesOf(filters.action)}
        value={filters.action ?? null}
        onChange={(action) => setFilters({ action })}
      />
      <MemberSelect
        aria-label="Who"
        placeholder="Anybody"
        value={filters.actor ?? null}
        onChange={(actor) => setFilters({ actor })}
      />
      <TargetInput value={filters.target ?? ''} onChange={(target) => setFilters({ target })} />
      <TextInput
        type="date"
        leftSection={<span>From</span>}
        leftSectionWidth={44}
        leftSectionProps={{ style: SMALL }}
        aria-label="From the first day, UTC"
        value={filters.from ?? ''}
        max={filters.to}
        onChange={(event) => setFilters({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        leftSection={<span>To</span>}
        leftSectionWidth={30}
        leftSectionProps={{ style: SMALL }}
        aria-label="To the last day, UTC"
        value={filters.to ?? ''}
        min={filters.from}
        onChange={(event) => setFilters({ to: event.currentTarget.value })}
      />
    </search>
  )
}

function choicesOf(chosen: string | undefined) {
  const nouns = Object.entries(NOUNS).map(([value, label]) => ({ value, label }))
  return chosen && !(chosen in NOUNS) ? [...nouns, { value: chosen, label: chosen }] : nouns
}

function TargetInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value)
  const take = useDebouncedCallback(onChange, 400)
  useEffect(() => setText(value), [value])
  const change = (next: string) => {
    setText(next)
    take(next.trim())
  }
  return (
    <TextInput
      aria-label="Id of what was changed"
      placeholder="Id of what was changed"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={text && <CloseButton size="sm" aria-label="Any id" onClick={() => change('')} />}
    />
  )
}
