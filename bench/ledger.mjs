// The ledger in process: how many requests a second are let in and settled, durably, against the baseline of one
// conditional UPDATE per request. Each request is held on every quota stated and settled with a usage row of its own.
//
//   node bench/ledger.mjs [--quick] [--json] [--database postgres://…]

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPostgres, startPostgres } from '../scripts/postgres.mjs'
import { openBaseline, openLedgerBench } from './lib/ledger-parts.mjs'
import { spread } from './lib/stats.mjs'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, database: { type: 'string' } },
})
const settings = options.quick ? { rounds: 3, seconds: 1, warm: 0.5 } : { rounds: 7, seconds: 3, warm: 2 }

/** Requests under way at once: a thundering herd on one budget, which is when the baseline suffers most. */
const UNDER_WAY = 1000
const MANY = 10_000

/** Quotas per request: one of money; or one of money and one of requests a minute. */
const SCENARIOS = [
  { name: 'one hot quota', subjects: 1, quotas: ['credits'] },
  { name: 'one hot budget and one hot rate', subjects: 1, quotas: ['credits', 'requests'] },
  { name: '10 000 quotas', subjects: MANY, quotas: ['credits'] },
]

async function round(work, seconds) {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const until = started + seconds * 1000
  let done = 0
  await Promise.all(
    Array.from({ length: UNDER_WAY }, async () => {
      while (performance.now() < until) {
        await work()
        done++
      }
    }),
  )
  const elapsed = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: done / elapsed, cpuMicros: (user + system) / done }
}

async function measure(subject) {
  await round(subject.work, settings.warm)
  const rounds = []
  for (let i = 0; i < settings.rounds; i++) rounds.push(await round(subject.work, settings.seconds))
  const { fault } = await subject.close()
  return {
    perSecond: spread(rounds.map(({ perSecond }) => perSecond)),
    cpuMicros: spread(rounds.map(({ cpuMicros }) => cpuMicros)),
    ...(fault && { fault }),
  }
}

async function onDatabase(kind, url, folder) {
  const results = []
  for (const scenario of SCENARIOS) {
    const place = mkdtempSync(join(folder, 'ledger-'))
    results.push({
      kind,
      name: scenario.name,
      ...(await measure(await openLedgerBench(kind, url, place, scenario))),
    })
  }
  const place = mkdtempSync(join(folder, 'baseline-'))
  const name = 'baseline: one conditional UPDATE per request, one hot row'
  results.push({ kind, name, ...(await measure(await openBaseline(kind, url, place))) })
  return results
}

export async function measureLedger() {
  const cache = join(fileURLToPath(new URL('.', import.meta.url)), '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'ledger-'))
  const binaries = findPostgres()
  const cluster = options.database ? undefined : binaries && (await startPostgres(binaries))
  const url = options.database ?? cluster?.url
  try {
    const results = await onDatabase('sqlite', undefined, folder)
    if (url) results.push(...(await onDatabase('postgres', url, folder)))
    return results
  } finally {
    await cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const results = await measureLedger()
if (options.json) console.log(JSON.stringify(results))
else
  for (const { kind, name, perSecond, cpuMicros, fault } of results) {
    const figure = `${Math.round(perSecond.median)} a second (${Math.round(perSecond.min)}–${Math.round(perSecond.max)})`
    console.log(
      `${kind}: ${name}: ${figure}, ${Math.round(cpuMicros.median)} µs CPU of this process${fault ? ` FAULT: ${fault}` : ''}`,
    )
  }
