// npm run bench [-- --quick] [--name NAME]: Claviger beside a bare pass-through, Portkey and Better Auth, in one run.
// npm run bench -- lists: what lists.mjs measures instead.
// What is measured and how to read it: README.md.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { prepare } from '../scripts/prepare.mjs'
import { openDatabase } from './lib/database.mjs'
import { ensurePeers, peerVersions } from './lib/install.mjs'
import { describeMachine, machineTimes } from './lib/machine.mjs'
import { ask, endAll, interruption, run } from './lib/processes.mjs'
import { toMarkdown } from './lib/report.mjs'
import { firstByteChunks, loadChunks, readAnswer, requestFor, scenarios } from './lib/scenarios.mjs'
import {
  bookedRequests,
  clavigerExists,
  direct,
  startBare,
  startClaviger,
  startLoad,
  startPortkey,
  startUpstream,
} from './lib/targets.mjs'

const bench = fileURLToPath(new URL('.', import.meta.url))

const lists = process.argv[2] === 'lists'

const { values: options } = parseArgs({
  args: lists ? [] : process.argv.slice(2),
  options: { quick: { type: 'boolean' }, name: { type: 'string' } },
})

// Many short rounds instead of a few long ones: a disturbance of the machine then spoils one of many.
const settings = options.quick
  ? {
      rounds: 3,
      seconds: 0.6,
      warmSeconds: 0.2,
      firstWarmSeconds: 0.5,
      firstByteRounds: 40,
      skip: ['chat-2k', 'chat-400'],
    }
  : // V8 compiles and first collects garbage for some seconds; a gateway serves for months.
    { rounds: 10, seconds: 1, warmSeconds: 0.2, firstWarmSeconds: 8, firstByteRounds: 150, skip: [] }

// The answers of a warm-up and the first of a new connection are slower; they are taken but not counted in.
const FIRST_BYTE_WARM_ROUNDS = 15
// Enough to see that the fake provider and the load are not the bottleneck.
const DIRECT_ROUNDS = 2

async function main() {
  // On the disk of the repository, as /tmp is kept in memory on some machines and a commit there costs nothing.
  const cache = join(bench, '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'run-'))
  const notes = []
  const before = machineTimes()
  const started = Date.now()
  const cleanUp = []
  try {
    const machine = describeMachine()
    const gateways = await measureGateways(folder, notes, cleanUp)
    await endAll()
    const verification = await measureVerification()
    const ledger = await measureLedger()
    const after = machineTimes()
    const faults = [...gateways.faults, ...verification.faults]
    delete verification.faults
    const result = {
      name: options.name ?? (options.quick ? 'quick' : 'full'),
      date: new Date().toISOString(),
      seconds: Math.round((Date.now() - started) / 1000),
      valid: faults.length === 0,
      faults,
      notes,
      machine: {
        ...machine,
        stolenShare: before && (after.stolen - before.stolen) / (after.total - before.total),
      },
      versions: peerVersions(),
      settings,
      ...gateways,
      verification,
      ledger,
    }
    write(result)
    if (!result.valid) process.exitCode = 1
  } catch (error) {
    if (!interruption.happened) throw error
    console.error('Interrupted: nothing was written.')
  } finally {
    await endAll()
    for (const step of cleanUp) await step()
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(result) {
  const results = join(bench, 'results')
  mkdirSync(results, { recursive: true })
  const text = toMarkdown(result)
  writeFileSync(join(results, `${result.name}.md`), text)
  writeFileSync(join(results, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`)
  console.log(`\n${text}\nWritten to bench/results/${result.name}.md and .json`)
}

async function measureGateways(folder, notes, cleanUp) {
  const upstream = await startUpstream()
  const load = await startLoad()
  const targets = await startTargets(upstream, folder, notes, cleanUp)
  const chosen = scenarios.filter(({ id }) => !settings.skip.includes(id))
  const context = { upstream, load, targets, faults: [], answers: new Map() }

  await ask(upstream, loadChunks)
  for (const scenario of chosen) await compareAnswers(context, scenario)
  await checkBudgets(context, notes)
  const rounds = await measureLoad(context, chosen)
  const firstByte = await measureFirstByte(context)
  const booked = await compareBooks(context)
  return {
    targets: targets.map(({ name, title }) => ({ name, title })),
    scenarios: chosen.map(({ id, title }) => ({ id, title, rounds: rounds[id] })),
    firstByte,
    booked,
    faults: context.faults,
  }
}

async function startTargets(upstream, folder, notes, cleanUp) {
  const targets = [direct(upstream), await startBare(upstream)]
  if (!clavigerExists()) notes.push('Claviger was not measured: there is no server/src/main.ts.')
  else {
    targets.push(...(await startClaviger(upstream, folder)))
    const database = options.quick ? undefined : await openDatabase()
    if (database) {
      cleanUp.push(database.stop)
      targets.push(...(await startClaviger(upstream, folder, database)))
      notes.push(
        `PostgreSQL ${database.version}${database.pid ? ', a cluster of its own with fsync on' : ''}.`,
      )
    } else if (options.quick) notes.push('A quick run leaves PostgreSQL out.')
    else
      notes.push(
        'Claviger on PostgreSQL was not measured: none is installed and BENCH_DATABASE_URL is not set.',
      )
  }
  targets.push(await startPortkey(upstream))
  return targets
}

async function job(context, message) {
  return (await ask(context.load, message)).result
}

function count(context, name, answers, errors = {}) {
  context.answers.set(name, (context.answers.get(name) ?? 0) + answers)
  for (const [fault, times] of Object.entries(errors))
    context.faults.push(`${name}: ${fault} (${times} times)`)
}

/** One whole answer of each target: the same text, usage and events as without a gateway, or the run is invalid. */
async function compareAnswers(context, scenario) {
  let expected
  for (const target of context.targets) {
    const answer = await job(context, {
      kind: 'probe',
      port: target.port,
      request: requestFor(target, scenario),
    })
    count(context, target.name, answer.status === 200 ? 1 : 0)
    try {
      const got = readAnswer(answer, scenario.stream)
      expected ??= got
      if (!isDeepStrictEqual(got, expected)) throw new Error(`another answer: ${JSON.stringify(got)}`)
    } catch (error) {
      context.faults.push(`${target.name}, ${scenario.id}: ${error.message}`)
    }
  }
}

/** Whether a key without money is refused: figures without hard budgets must say that they are. */
async function checkBudgets(context, notes) {
  for (const target of context.targets.filter(({ brokeHeaders }) => brokeHeaders)) {
    const request = requestFor({ ...target, headers: target.brokeHeaders }, scenarios[0])
    const { status } = await job(context, { kind: 'probe', port: target.port, request })
    // In the books of another, but the provider has seen it.
    if (status === 200) count(context, `${target.name}, key without money`, 1)
    const hard = status === 200 ? 'is NOT enforced: the figures leave its cost out' : 'is hard'
    notes.push(
      `${target.title}: a key with two quotas, credits a day and requests a minute; the budget ${hard}; hold and usage row committed.`,
    )
  }
}

async function measureLoad(context, chosen) {
  const rounds = Object.fromEntries(chosen.map(({ id }) => [id, []]))
  for (let round = -1; round < settings.rounds; round++) {
    for (const scenario of chosen) {
      const figures = {}
      const turn = rotate(context.targets, Math.max(round, 0))
      for (const target of turn) {
        if (target.name === 'direct' && (round < 0 || round >= DIRECT_ROUNDS)) continue
        figures[target.name] = await loadOnce(context, target, scenario, round < 0)
      }
      if (round >= 0) rounds[scenario.id].push(figures)
      progress(round, scenario, figures)
    }
  }
  return rounds
}

// Another target begins each round, so that none always runs behind the same other.
const rotate = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)]

async function loadOnce(context, target, scenario, warmUp) {
  const figures = await job(context, {
    kind: 'load',
    port: target.port,
    pid: target.pid,
    databasePid: target.databasePid,
    request: requestFor(target, scenario),
    stream: scenario.stream,
    minBytes: 100,
    connections: scenario.connections,
    warmSeconds: warmUp ? settings.firstWarmSeconds : settings.warmSeconds,
    seconds: warmUp ? 0.1 : settings.seconds,
  })
  count(context, target.name, figures.allAnswers, figures.errors)
  return figures
}

function progress(round, scenario, figures) {
  const cells = Object.entries(figures)
    .filter(([name]) => name !== 'direct')
    .map(([name, { cpuMicros }]) => `${name} ${cpuMicros === undefined ? '–' : Math.round(cpuMicros)}`)
  const label = round < 0 ? 'warm-up' : `round ${round + 1}/${settings.rounds}`
  if (round >= 0) console.log(`${label}, ${scenario.id}: CPU µs per answer: ${cells.join(', ')}`)
  else console.log(`${label}, ${scenario.id}`)
}

async function measureFirstByte(context) {
  await ask(context.upstream, firstByteChunks)
  const scenario = scenarios.find(({ id }) => id === 'stream')
  const targets = context.targets.map((target) => ({
    name: target.name,
    port: target.port,
    request: requestFor(target, scenario),
  }))
  const rounds = { rounds: settings.firstByteRounds, warmRounds: FIRST_BYTE_WARM_ROUNDS }
  const figures = await job(context, { kind: 'first-byte', targets, ...rounds })
  for (const { name, answers, errors } of figures) count(context, name, answers, errors)
  return figures
}

/** Every answer must be in Claviger's ledger once, and the provider must have seen each request once. */
async function compareBooks(context) {
  const booked = []
  for (const target of context.targets.filter(({ key }) => key)) {
    const answers = context.answers.get(target.name)
    const rows = await bookedRequests(target)
    booked.push({ name: target.name, answers, rows })
    if (rows !== answers) context.faults.push(`${target.name}: ${answers} answers, but ${rows} usage rows`)
  }
  const { count: seen } = await ask(context.upstream, {})
  const answers = [...context.answers.values()].reduce((sum, value) => sum + value, 0)
  if (seen !== answers) context.faults.push(`the provider saw ${seen} requests for ${answers} answers`)
  return booked
}

async function measureVerification() {
  const command = [process.execPath, join(bench, 'verify.mjs'), '--json']
  if (options.quick) command.push('--quick')
  console.log('verification in process …')
  try {
    return JSON.parse(await run(command, { role: 'gateway' }))
  } catch (error) {
    if (interruption.happened) throw error
    // The gateways have been measured by now, and that is worth writing down.
    return { keys: 0, rates: [], faults: [`verification: ${error.message}`] }
  }
}

/** Let in and settled, in process, beside one conditional UPDATE per request. */
async function measureLedger() {
  const command = [process.execPath, join(bench, 'ledger.mjs'), '--json']
  if (options.quick) command.push('--quick')
  console.log('ledger in process …')
  return JSON.parse(await run(command, { role: 'gateway' }))
}

await prepare({ withTools: false })
if (lists) await import('./lists.mjs')
else {
  await ensurePeers()
  await main()
}
