import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Installation } from '../support/claviger.ts'
import type { Database } from '../support/database.ts'
import type { JobProvider } from '../support/job-provider.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { MAIN, runNode } from '../support/processes.ts'

/**
 * Holds what the provider, the receiver of webhooks and the database say against each other, when all tasks have ended.
 *
 * @returns the figures in words
 */
export async function checkTasks(
  scene: { readonly installation: Installation; readonly database: Database },
  provider: JobProvider,
  ids: readonly string[],
): Promise<string> {
  const { database, installation } = scene
  const count = async (sql: string) =>
    Number((await database.query(`SELECT COUNT(*) AS n FROM ${sql}`))[0]?.n)
  expect(await count('tasks')).toBe(ids.length)
  expect(await count("tasks WHERE state <> 'completed'")).toBe(0)
  expect(await count('hold_sheets')).toBe(0)
  expect(await count("usage_events WHERE cost_nanos = 10000000 AND outcome = 'completed'")).toBe(ids.length)
  expect(await count('usage_events')).toBe(ids.length)
  expect(await count('outputs')).toBe(ids.length)
  const [spent] = await database.query(
    `SELECT spent_amount, held_amount FROM counters WHERE id LIKE '%credits%'`,
  )
  expect([String(spent?.spent_amount), String(spent?.held_amount)]).toEqual([`${ids.length}0000000`, '0'])
  const explained = await explain(database, provider)
  for (const [task, messages] of provider.webhooks) expect([task, new Set(messages).size]).toEqual([task, 1])
  const repeated = [...provider.webhooks.values()].reduce((sum, messages) => sum + messages.length - 1, 0)
  await expectLedgerClean(installation)
  const audit = await runNode([MAIN, 'audit', 'verify', '--json'], installation.env)
  expect([audit.code, audit.stderr]).toEqual([0, ''])
  const kept = readdirSync(join(installation.dir, 'outputs'), { recursive: true, withFileTypes: true })
  const orphans = kept.filter((entry) => entry.isFile()).length - ids.length
  expect(orphans).toBeGreaterThanOrEqual(0)
  return `every task ended once and was charged once; ${explained}; ${repeated} webhooks came again, under the same id; ${orphans} files kept before a kill and never recorded`
}

/** Each submit that came is one that the task's timeline tells of, with its reason. */
async function explain(database: Database, provider: JobProvider): Promise<string> {
  const rows = await database.query(
    'SELECT t.id, t.submits, e.seq, e.kind, e.detail FROM tasks t JOIN task_events e ON e.task_id = t.id ORDER BY t.id, e.seq',
  )
  const timelines = Map.groupBy(rows, ({ id }) => String(id))
  let [came, told] = [0, 0]
  const reasons: Record<string, number> = {}
  for (const [id, events] of timelines) {
    const kinds = events.map(({ kind }) => String(kind))
    expect(kinds.filter((kind) => kind === 'completed')).toHaveLength(1)
    expect(kinds.at(-1)).toBe('completed')
    const submitted = events.filter(({ kind }) => kind === 'submitted')
    const keys = provider.submits.get(id) ?? []
    const here = keys.length
    // Whatever it comes again for, a provider that knows idempotency keys does the work once.
    expect([id, new Set(keys).size]).toEqual([id, 1])
    expect(submitted).toHaveLength(Number(events[0]?.submits))
    expect(here).toBeGreaterThanOrEqual(1)
    expect(here).toBeLessThanOrEqual(submitted.length)
    for (const { detail } of submitted) {
      const { reason } = JSON.parse(String(detail)) as { reason: string }
      reasons[reason] = (reasons[reason] ?? 0) + 1
    }
    came += here
    told += submitted.length
  }
  return `${came} submits came of ${told} told ${JSON.stringify(reasons)}`
}
