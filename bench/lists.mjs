// How long the dashboard's lists take, cold and warm, at the size of a large installation: every filter, and the deepest
// cursor. Run alone; the full size takes some minutes and 15 GB of disk.
//
//   node bench/lists.mjs [--events 10000000] [--keys 100000] [--only sqlite|postgres] [--name NAME]

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPostgres, startPostgres } from '../scripts/postgres.mjs'
import { fill } from './lib/list-data.mjs'
import { openPlace } from './lib/list-place.mjs'
import { listsOf } from './lib/list-queries.mjs'
import { describeMachine } from './lib/machine.mjs'
import { quantile } from './lib/stats.mjs'

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    keys: { type: 'string', default: '100000' },
    only: { type: 'string' },
    name: { type: 'string', default: 'lists' },
    keep: { type: 'string' },
  },
})
const size = {
  events: Number(options.events),
  keys: Number(options.keys),
  audit: Number(options.events) / 20,
}
/** Each with caches dropped before it; the rest of a round is warm. */
const COLD_ROUNDS = 4
const WARM_PER_ROUND = 12
const LIMIT_MS = 200

const bench = fileURLToPath(new URL('.', import.meta.url))

async function measure(place, list) {
  const cold = []
  const warm = []
  let rows = 0
  let partial = 0
  let cpuMs = 0
  for (let round = 0; round < COLD_ROUNDS; round++) {
    const deps = await place.reopen()
    const cpu = place.cpuMs()
    for (let sample = 0; sample <= WARM_PER_ROUND; sample++) {
      const began = performance.now()
      const page = await list.ask(deps, round * (WARM_PER_ROUND + 1) + sample)
      ;(sample === 0 ? cold : warm).push(performance.now() - began)
      rows = Math.max(rows, page.items?.length ?? 0)
      if (page.searchedTo != null) partial++
    }
    cpuMs += place.cpuMs() - cpu
  }
  const figures = (values) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99) })
  return {
    name: list.name,
    rows,
    partial,
    samples: cold.length + warm.length,
    cpuMs: cpuMs / (cold.length + warm.length),
    cold: figures(cold),
    warm: figures(warm),
    all: figures([...cold, ...warm]),
  }
}

async function onDatabase(kind, folder, url) {
  const now = Date.now()
  const place = await openPlace(kind, folder, url)
  const began = performance.now()
  await fill(place, { ...size, now })
  await place.settle()
  const filled = { seconds: Math.round((performance.now() - began) / 1000), bytes: await place.bytes() }
  console.error(`${kind}: filled in ${filled.seconds} s, ${(filled.bytes / 1e9).toFixed(2)} GB`)
  const results = []
  for (const list of await listsOf({ ...size, now })) {
    const result = await measure(place, list)
    results.push(result)
    console.error(line(kind, result))
  }
  await place.close()
  return { kind, filled, results }
}

function line(kind, { name, cold, warm, all, rows, partial, samples, cpuMs }) {
  const ms = (value) => value.toFixed(1)
  return `${kind}: ${name}: p50 ${ms(all.p50)}, p99 ${ms(all.p99)} ms (cold ${ms(cold.p50)}/${ms(cold.p99)}, warm ${ms(warm.p50)}/${ms(warm.p99)}), ${ms(cpuMs)} ms CPU, ${rows} rows${partial ? `, ${partial} of ${samples} pages partial` : ''}`
}

const cache = join(bench, '.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'lists-'))
const measured = []
let cluster
try {
  if (options.only !== 'postgres') measured.push(await onDatabase('sqlite', folder))
  const binaries = options.only === 'sqlite' ? undefined : findPostgres()
  if (binaries) {
    cluster = await startPostgres(binaries)
    measured.push(await onDatabase('postgres', folder, cluster.url))
  }
} finally {
  await cluster?.stop()
  rmSync(folder, { recursive: true, force: true })
}
const slow = measured.flatMap(({ kind, results }) =>
  results
    .filter(({ all, name }) => !name.startsWith('overview') && all.p99 > LIMIT_MS)
    .map(({ name, all }) => `${kind}: ${name}: ${Math.round(all.p99)} ms`),
)
const results = join(bench, 'results')
mkdirSync(results, { recursive: true })
const result = {
  name: options.name,
  date: new Date().toISOString(),
  machine: describeMachine(),
  size,
  limitMs: LIMIT_MS,
  slow,
  databases: measured,
}
writeFileSync(join(results, `${options.name}.json`), `${JSON.stringify(result, null, 2)}\n`)
if (slow.length > 0) {
  console.error(`Above ${LIMIT_MS} ms:\n${slow.join('\n')}`)
  process.exitCode = 1
}
