// npm run bench -- lists [--quick]: how long the lists take at the size of a large installation, cold and warm: every
// filter, search, and the deepest cursor. The full size fills 15 GB once and keeps it for the next run.
//
//   node bench/lists.mjs [--quick] [--only sqlite|postgres] [--match TEXT] [--cold N] [--folder F] [--name NAME]
//     [--sums]       the overview and summaries too, which are no lists and take minutes on SQLite at full size
//     [--events N]   so many requests, for a fill that is made in a minute; only lists of other things tell anything then

import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPostgres } from '../scripts/postgres.mjs'
import { openPlace } from './lib/list-place.mjs'
import { listsOf } from './lib/list-queries.mjs'
import { listsToMarkdown } from './lib/list-report.mjs'
import { ask, cookieOf, coreTimes } from './lib/list-server.mjs'
import { describeMachine } from './lib/machine.mjs'
import { quantile } from './lib/stats.mjs'

const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    match: { type: 'string' },
    cold: { type: 'string' },
    folder: { type: 'string' },
    name: { type: 'string' },
    events: { type: 'string' },
    sums: { type: 'boolean' },
    'any-schema': { type: 'boolean' },
  },
})
const FULL = {
  events: 10_000_000,
  keys: 100_000,
  people: 100_000,
  audit: 500_000,
  tasks: 100_000,
  deliveries: 100_000,
  entries: 100_000,
}
const QUICK_PART = 0.01
const PEOPLE_LEAST = 20_000
const shrunk = Object.fromEntries(Object.entries(FULL).map(([name, count]) => [name, count * QUICK_PART]))
const chosen = options.quick ? { ...shrunk, people: PEOPLE_LEAST } : FULL
const size = options.events ? { ...chosen, events: Number(options.events) } : chosen
/** Each in a server that has just started. */
const COLD = Number(options.cold ?? (options.quick ? 2 : 5))
const WARM_EACH = 4
const LIMIT_MS = 200

const folder = options.folder ?? join(tmpdir(), options.quick ? 'claviger-lists-quick' : 'claviger-lists')

/** The number of the last page of an answer with pages; an empty one has its first. */
const lastPage = async (server, list, credential) => {
  const { data } = await ask(server.url, list.path(0).replace('page=last', 'page=1'), credential)
  return Math.max(1, data.pagination.total_pages)
}

async function measure(place, list, credential, last) {
  const cold = []
  const warm = []
  let rows = 0
  let partial = 0
  for (let round = 0; round < COLD; round++) {
    const server = await place.cold()
    try {
      // What a page of the dashboard asks first; what a program does not.
      if (list.by === 'session') await ask(server.url, '/api/dashboard/me', credential)
      for (let sample = 0; sample <= WARM_EACH; sample++) {
        const path = list.path(round * (WARM_EACH + 1) + sample).replace('page=last', `page=${last}`)
        const pids = place.pids()
        const before = coreTimes(pids)
        const began = performance.now()
        const answer = await ask(server.url, path, credential)
        const wall = performance.now() - began
        const { ran, waited } = coreTimes(pids)
        const cores = { cpu: ran - before.ran, waited: waited - before.waited }
        ;(sample === 0 ? cold : warm).push({ wall, ...cores })
        const items = answer.data?.items ?? answer.data
        rows = Math.max(rows, items?.length ?? 0)
        if (answer.searched_to) partial++
      }
    } finally {
      await server.stop()
    }
  }
  const of = (values) => ({
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
    max: Math.max(...values),
  })
  const figures = (samples) => ({
    ...of(samples.map(({ wall }) => wall)),
    cpu: of(samples.map(({ cpu }) => cpu)),
    waited: of(samples.map(({ waited }) => waited)),
  })
  const samples = COLD * (WARM_EACH + 1)
  const { name, unlimited } = list
  return { name, unlimited, rows, partial, samples, cold: figures(cold), warm: figures(warm) }
}

async function onDatabase(kind) {
  const place = await openPlace(kind, join(folder, kind), size, {
    binaries: findPostgres(),
    anySchema: options['any-schema'],
  })
  const { now, key, seconds, bytes } = place.state
  console.error(`${kind}: filled in ${seconds} s, ${(bytes / 1e9).toFixed(2)} GB`)
  const results = []
  try {
    const first = await place.warm()
    const credentials = {
      session: { cookie: await cookieOf(first.url) },
      key: { authorization: `Bearer ${key}` },
    }
    const lists = listsOf({ size, now })
      .filter(({ unlimited }) => options.sums || !unlimited)
      .filter(({ name }) => name.includes(options.match ?? ''))
    const known = []
    for (const list of lists) {
      try {
        const last = list.path(0).includes('page=last')
          ? await lastPage(first, list, credentials[list.by])
          : 1
        await ask(first.url, list.path(0).replace('page=last', 'page=1'), credentials[list.by])
        known.push({ list, last })
      } catch (error) {
        console.error(`${kind}: ${list.name}: left out: ${error.message}`)
      }
    }
    await first.stop()
    for (const { list, last } of known) {
      const result = await measure(place, list, credentials[list.by], last)
      results.push(result)
      console.error(`${kind}: ${line(result)}`)
    }
  } finally {
    await place.close()
  }
  return { kind, filled: { seconds, bytes }, results }
}

function line({ name, cold, warm, rows, partial, samples }) {
  const ms = ({ p50, p99, max, cpu, waited }) =>
    `${[p50, p99, max].map((value) => value.toFixed(0)).join('/')} (CPU ${cpu.p50.toFixed(0)}, waited for a core ${waited.p50.toFixed(0)})`
  const left = partial ? `, ${partial} of ${samples} pages partial` : ''
  const mark = cold.p99 > LIMIT_MS || warm.p99 > LIMIT_MS ? ' !!' : ''
  return `${name}: cold ${ms(cold)}, warm ${ms(warm)} ms, ${rows} rows${left}${mark}`
}

const kinds = ['sqlite', ...(findPostgres() ? ['postgres'] : [])]
const measured = []
for (const kind of kinds.filter((kind) => (options.only ?? kind) === kind))
  measured.push(await onDatabase(kind))
const slow = measured.flatMap(({ kind, results }) =>
  results
    .filter(({ cold, warm, unlimited }) => !unlimited && Math.max(cold.p99, warm.p99) > LIMIT_MS)
    .map(({ name, cold, warm }) => `${kind}: ${name}: ${Math.round(Math.max(cold.p99, warm.p99))} ms`),
)
const result = {
  date: new Date().toISOString(),
  machine: describeMachine(),
  size,
  coldSamples: COLD,
  limitMs: LIMIT_MS,
  slow,
  databases: measured,
}
const results = fileURLToPath(new URL('./results/', import.meta.url))
const name = options.name ?? (options.quick ? 'lists-quick' : 'lists')
mkdirSync(results, { recursive: true })
writeFileSync(join(results, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
writeFileSync(join(results, `${name}.md`), listsToMarkdown(result))
if (slow.length > 0) {
  console.error(`Above ${LIMIT_MS} ms:\n${slow.join('\n')}`)
  process.exitCode = 1
}
