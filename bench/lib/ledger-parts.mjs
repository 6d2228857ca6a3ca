// Claviger's own ledger, the very class that the server uses, over an embedded database or PostgreSQL, and the baseline.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

const source = new URL('../../server/src/', import.meta.url)
const load = (path) => import(new URL(path, source).href)

const PLENTY = 1n << 60n
const HELD_TOKENS = 1000

async function openStore(kind, url, folder) {
  const [{ BATCHES }, { createLog }] = await Promise.all([load('batches.ts'), load('lib/log.ts')])
  const log = createLog('silent')
  if (kind === 'sqlite') {
    const { openSqlite } = await load('storage/sqlite/open.ts')
    return {
      log,
      store: await openSqlite(join(folder, 'claviger.db'), new URL('database-thread.ts', source)),
    }
  }
  const { openPostgres } = await load('storage/postgres/open.ts')
  return { log, store: await openPostgres(await freshDatabase(url), 10, BATCHES, log) }
}

async function freshDatabase(url) {
  const { default: pg } = await import('pg')
  const name = `bench_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

/** Lets requests in and settles them, each on quotas of a subject picked in turn. */
export async function openLedgerBench(kind, url, folder, { subjects, quotas }) {
  const [{ Ledger }, { openCounters }, { quotaOf }] = await Promise.all([
    load('ledger/ledger.ts'),
    load('ledger/balances.ts'),
    load('limits/quota.ts'),
  ])
  const { store, log } = await openStore(kind, url, folder)
  const lists = Array.from({ length: subjects }, (_, index) =>
    quotas.map((unit) => quotaOf('key', `key-${index}`, unit, unit === 'credits' ? 'day' : 'minute', PLENTY)),
  )
  const ledger = new Ledger({
    store,
    log,
    now: Date.now,
    lease: { node: 'bench', isValid: () => true },
    isStoreFailure: () => false,
    openCounters: (ids) => openCounters({ db: store.db, store, now: Date.now }, ids),
  })
  await openCounters(
    { db: store.db, store, now: Date.now },
    lists.flatMap((list) => list.map(({ counter }) => counter)),
  )
  let next = 0
  let settled = 0
  const demand = {
    inputTokens: HELD_TOKENS,
    choices: 1,
    outputTokens: HELD_TOKENS,
    leastOutputTokens: HELD_TOKENS,
    inputNanos: 500_000_000n,
    outputNanos: 1_500_000_000n,
    fixedNanos: 0n,
  }
  const work = async () => {
    const index = next++
    const id = `req_${index.toString(36).padStart(12, '0')}`
    const at = Date.now()
    ledger.entered()
    const list = lists[index % subjects]
    const event = eventOf(id, `key-${index % subjects}`, at)
    const decision = await ledger.admit({ id, quotas: list, demand, at, sent: true, context: CONTEXT })
    if (!decision.admitted) throw new Error('refused although there is plenty')
    const parts = decision.parts.map(({ quota, windowStart, amount }) => ({
      counter: quota.counter,
      windowStart,
      unit: quota.unit,
      amount,
    }))
    await ledger.record(
      event,
      { id, sheet: decision.sheet, parts },
      { credits: event.cost_nanos, tokens: 100n, requests: 1n },
    )
    ledger.left()
    settled++
  }
  return {
    work,
    async close() {
      await ledger.flush()
      const { count } = await store.db
        .selectFrom('usage_events')
        .select((e) => e.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      await store.close()
      return { fault: Number(count) === settled ? undefined : `${settled} settled, ${count} rows` }
    },
  }
}

const CONTEXT = JSON.stringify({
  started_at: Date.now(),
  organization_id: 'organization',
  user_id: 'user',
  key_id: 'key',
  secret_id: 'secret',
  project_id: null,
  end_user: null,
  endpoint: 'chat.completions',
  model: 'bench-model',
  streamed: 0,
  price_version: '0123456789ab',
})

function eventOf(id, key, at) {
  return {
    id,
    started_at: at,
    finished_at: at + 5,
    organization_id: 'organization',
    user_id: 'user',
    key_id: key,
    secret_id: `${key}-secret`,
    project_id: null,
    end_user: null,
    endpoint: 'chat.completions',
    model: 'bench-model',
    provider: 'upstream',
    provider_model: 'upstream-model',
    streamed: 0,
    status: 200,
    outcome: 'completed',
    error_code: null,
    cost_basis: 'reported',
    input_tokens: 40,
    cached_tokens: 0,
    output_tokens: 60,
    reasoning_tokens: 0,
    units: 0,
    cost_nanos: 110_000n,
    price_version: '0123456789ab',
    attempts: 1,
    first_byte_ms: 3,
    held_nanos: 2_000_000n,
    overrun_nanos: null,
    charges: null,
  }
}

/** What most gateways do at the best: one conditional UPDATE of the row of the budget per request, a commit of its own. */
export async function openBaseline(kind, url, folder) {
  const { store } = await openStore(kind, url, folder)
  const { sql } = await import('kysely')
  await store.db
    .insertInto('counters')
    .values({ id: 'hot', window_start: 0, spent_amount: 0n, held_amount: 0n, granted_amount: PLENTY })
    .execute()
  const work = async () => {
    const { numAffectedRows } = await sql`UPDATE counters SET spent_amount = spent_amount + 1000
      WHERE id = 'hot' AND spent_amount + 1000 <= granted_amount`.execute(store.db)
    if (numAffectedRows !== 1n) throw new Error('refused although there is plenty')
  }
  return {
    work,
    async close() {
      await store.close()
      return { fault: undefined }
    },
  }
}
