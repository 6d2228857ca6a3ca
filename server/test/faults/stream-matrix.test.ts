import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { readSheet } from '../../src/ledger/hold-sheet.ts'
import { DATABASES, install, testConfig } from '../support/claviger.ts'
import { openRaw, type RawDatabase } from '../support/ledger.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { until } from '../support/load.ts'
import { stopAll } from '../support/processes.ts'
import { startRawUpstream } from '../support/raw-upstream.ts'
import { allCells, type Cell } from './stream-cells.ts'

afterAll(stopAll)

/** DESIGN section 5; counted from when a node is there to do it. */
const SWEPT_MOST_MS = 30_000

describe.concurrent('an answer that is cut anywhere', () => {
  for (const { name, postgres, absent } of DATABASES) {
    test.skipIf(absent)(
      `on ${name}, by its client, by its provider or by kill -9, is charged once: as reported, else as counted, else as held`,
      { timeout: 150_000 },
      () => cutEverywhere(name, postgres),
    )
  }
})

async function cutEverywhere(name: string, postgres: boolean): Promise<void> {
  const cells = allCells()
  const provider = await startProvider(cells)
  const installation = await install(testConfig(`${provider.url}/v1`), postgres)
  try {
    await installation.admin('admin', 'users', 'create', '--email', 'a@example.com', '--name', 'A')
    const { key } = await installation.admin<{ key: string }>('admin', 'keys', 'create', '--limit', '100')
    // On PostgreSQL another node is there all along; an embedded database is served again by the next process.
    const other = postgres ? await installation.start() : undefined
    const node = await installation.start()
    const clients = new Map(cells.map((cell) => [cell.id, send(node.url, key, cell)]))
    await until('every answer stands at its point', () => {
      return cells.every((cell) => provider.sent.has(cell.id) && clients.get(cell.id)?.hasSeen())
    })
    for (const { id, cut } of cells) {
      if (cut === 'leave') clients.get(id)?.leave()
      if (cut === 'break') provider.sent.get(id)?.destroy()
    }
    const database = await openRaw(installation)
    try {
      const doomed = cells.filter(({ due }) => due.basis === 'held').map(({ id }) => id)
      await until('only those are open that the kill is for', async () => {
        return same((await openHolds(database)).keys(), doomed)
      })
      const held = await openHolds(database)
      await node.stop('SIGKILL')
      if (!other) await installation.start()
      const upAt = performance.now()
      await until('all are closed', async () => (await openHolds(database)).size === 0, SWEPT_MOST_MS)
      const swept = performance.now() - upAt
      console.log(
        `cut on ${name}: ${cells.length} answers, ${held.size} by kill -9, closed ${swept | 0} ms later`,
      )
      await expectRows(database, cells, held)
    } finally {
      await database.close()
    }
    await expectLedgerClean(installation)
  } finally {
    await provider.stop()
    await installation.remove()
  }
}

const same = (some: Iterable<string>, others: Iterable<string>) =>
  JSON.stringify([...some].sort()) === JSON.stringify([...others].sort())

/** What is held, in nano-credits, by the end user that stands in the request. */
async function openHolds(database: RawDatabase): Promise<Map<string, bigint>> {
  const sheets = await database.query<{ holds: string }>('SELECT holds FROM hold_sheets')
  const settled = new Set(
    (await database.query<{ id: string }>('SELECT id FROM usage_events')).map(({ id }) => id),
  )
  return new Map(
    sheets
      .flatMap(({ holds }) => readSheet(holds))
      .filter(({ id }) => !settled.has(id))
      .map(({ parts, context }) => [context.end_user ?? '', parts[0]?.amount ?? 0n]),
  )
}

interface Row {
  readonly end_user: string
  readonly cost_basis: string
  readonly outcome: string
  readonly input_tokens: string
  readonly output_tokens: string
  readonly cost_nanos: string
  readonly held_nanos: string
  readonly charges: string
}

async function expectRows(
  database: RawDatabase,
  cells: readonly Cell[],
  held: ReadonlyMap<string, bigint>,
): Promise<void> {
  const rows = await database.query<Row>('SELECT * FROM usage_events')
  const told = rows.map((row) => {
    const [[, , heldText, charged]] = JSON.parse(row.charges) as [[string, number, string, string]]
    return {
      id: row.end_user,
      due: {
        basis: row.cost_basis,
        outcome: row.outcome,
        input: Number(row.input_tokens),
        output: Number(row.output_tokens),
      },
      cost: row.cost_nanos,
      charged,
      held: heldText === row.held_nanos,
      within: BigInt(row.cost_nanos) <= BigInt(row.held_nanos),
    }
  })
  const due = cells.map(({ id, due }) => {
    // 1 credit per million tokens of input, 2 of output: in nano-credits a thousand each, and two.
    const cost = `${due.basis === 'held' ? held.get(id) : due.input * 1000 + due.output * 2000}`
    return { id, due, cost, charged: cost, held: true, within: true }
  })
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  expect(told.sort(byId)).toEqual(due.sort(byId))
  const charged = told.reduce((sum, { cost }) => sum + BigInt(cost), 0n)
  const counters = await database.query('SELECT spent_amount, held_amount FROM counters')
  expect(counters).toEqual([{ spent_amount: `${charged}`, held_amount: '0' }])
}

/** A provider that brings every answer to its point and leaves it there. */
async function startProvider(cells: readonly Cell[]) {
  const upstream = await startRawUpstream()
  const byId = new Map(cells.map((cell) => [cell.id, cell]))
  /** Of every request the connection, as soon as all that is due was handed to the kernel. */
  const sent = new Map<string, Socket>()
  upstream.answer(({ body, socket }) => {
    // The bytes came one by one as Latin-1.
    const { user } = JSON.parse(Buffer.from(body, 'latin1').toString('utf8')) as { user: string }
    const { parts, kind } = byId.get(user) as Cell
    if (!parts) return void sent.set(user, socket)
    const type = kind.streamed ? 'text/event-stream' : 'application/json'
    const chunks = parts.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`)
    const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`
    socket.write(head + chunks.join(''), () => sent.set(user, socket))
  })
  return { url: upstream.url, sent, stop: upstream.stop }
}

/** A client with a connection of its own, which it can break off. */
function send(url: string, key: string, { kind, body, sees }: Cell) {
  let begun = false
  let text = ''
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const sending: ClientRequest = request(`${url}${kind.path}`, { method: 'POST', headers, agent: false })
  sending.on('error', () => {})
  sending.end(body)
  once(sending, 'response').then(
    ([response]) => {
      begun = true
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', () => {})
    },
    () => {},
  )
  return {
    hasSeen: () => sees === undefined || (sees === 'head' ? begun : text.includes(sees)),
    leave: () => sending.destroy(),
  }
}
