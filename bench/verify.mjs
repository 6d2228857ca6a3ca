// Verification in process: how many keys a second can be checked on one core, without HTTP. Compared are a bare
// HMAC-SHA-256 with a Map look-up, Claviger's key check, and Better Auth's API-key plugin, each with 10 000 keys (2000 in
// a quick run).
//
//   node bench/verify.mjs [--quick] [--json]

import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openBetterAuthVerifier } from './lib/better-auth-verifier.mjs'
import { openClavigerVerifier } from './lib/claviger-verifier.mjs'
import { spread } from './lib/stats.mjs'

// Checks between two looks at the clock; small for the slow ones, so that a round keeps its length.
const BATCH = 8

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } })
const settings = options.quick
  ? { keys: 2000, rounds: 3, seconds: 0.25 }
  : { keys: 10_000, rounds: 7, seconds: 0.7 }

// What SQLite does at a commit, and whether the plugin counts requests against its (large) limit.
const fewModes = [
  ['NORMAL', false],
  ['FULL', true],
]
const betterAuthModes = options.quick ? fewModes : [['NORMAL', true], ...fewModes, ['FULL', false]]

/** The least that a keyed, hashed look-up can be: what the promise on verification is measured against. */
function openBareVerifier(count) {
  const pepper = createSecretKey(randomBytes(32))
  const digest = (text) => createHmac('sha256', pepper).update(text).digest('hex')
  const texts = Array.from({ length: count }, () => `cvg_${randomBytes(18).toString('hex')}`)
  const keys = new Map(texts.map((text, index) => [digest(text), { id: index, state: 'active' }]))
  const check = (text) => keys.get(digest(text))?.state === 'active'
  const refuses = async (text) => !check(text)
  return { name: 'bare', title: 'HMAC-SHA-256 and Map look-up', texts, check, refuses, close() {} }
}

// Without an await for the bare look-up: a promise is part of what the others cost.
function runSync(verifier, order, until) {
  let checks = 0
  do {
    for (let i = 0; i < 512; i++, checks++)
      if (!verifier.check(order[checks % order.length])) verifier.wrong++
  } while (performance.now() < until)
  return checks
}

async function runAsync(verifier, order, until) {
  let checks = 0
  do {
    for (let i = 0; i < BATCH; i++, checks++)
      if (!(await verifier.check(order[checks % order.length]))) verifier.wrong++
  } while (performance.now() < until)
  return checks
}

async function measure(verifier, seconds) {
  const started = performance.now()
  const before = process.cpuUsage()
  const until = started + seconds * 1000
  const checks = await (verifier.name === 'bare' ? runSync : runAsync)(verifier, verifier.order, until)
  const { user, system } = process.cpuUsage(before)
  return {
    perSecond: checks / ((performance.now() - started) / 1000),
    perCpuSecond: checks / ((user + system) / 1e6),
  }
}

function shuffled(texts) {
  const order = [...texts]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}

/** Both answers must be right before a rate means anything; one round more warms up. */
async function prepareVerifier(verifier, faults) {
  Object.assign(verifier, { order: shuffled(verifier.texts), wrong: 0, rates: [] })
  const last = verifier.texts[0].at(-1)
  const unknown = verifier.texts[0].slice(0, -1) + (last === 'A' ? 'B' : 'A')
  if (!(await verifier.refuses(unknown))) faults.push(`${verifier.name}: an unknown key was accepted`)
  // Claviger answers from its cache, so that is filled first; Better Auth has none.
  if (verifier.name === 'claviger') await fillCache(verifier)
  await measure(verifier, settings.seconds)
}

async function fillCache({ texts, check }) {
  for (let from = 0; from < texts.length; from += 32)
    await Promise.all(texts.slice(from, from + 32).map(check))
}

async function main(folder) {
  const faults = []
  const { keys } = settings
  const database = (mode) => openBetterAuthVerifier(folder, keys, ...mode)
  const verifiers = [
    openBareVerifier(keys),
    await openClavigerVerifier(folder, keys),
    ...(await Promise.all(betterAuthModes.map(database))),
  ].filter(Boolean)
  for (const verifier of verifiers) await prepareVerifier(verifier, faults)
  for (let round = 0; round < settings.rounds; round++) {
    for (const verifier of verifiers) verifier.rates.push(await measure(verifier, settings.seconds))
  }
  const bare = verifiers[0]
  const rates = verifiers.map((verifier) => {
    if (verifier.wrong > 0) faults.push(`${verifier.name}: ${verifier.wrong} valid keys were refused`)
    return {
      name: verifier.name,
      title: verifier.title,
      perSecond: spread(verifier.rates.map((rate) => rate.perSecond)),
      perCpuSecond: spread(verifier.rates.map((rate) => rate.perCpuSecond)),
      // Time that others took from the core is in the seconds, not in the CPU seconds.
      ofBare: spread(verifier.rates.map((rate, round) => rate.perCpuSecond / bare.rates[round].perCpuSecond)),
      rounds: verifier.rates,
    }
  })
  for (const verifier of verifiers) await verifier.close()
  return { keys, rates, faults }
}

// On the disk of the repository, as /tmp is kept in memory on some machines and a commit there costs nothing.
const cache = fileURLToPath(new URL('.cache/', import.meta.url))
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'verify-'))
// Database threads do not keep a process alive, not even one that waits for them to end.
const alive = setInterval(() => {}, 1000)
try {
  const result = await main(folder)
  if (options.json) console.log(JSON.stringify(result))
  else {
    console.table(
      result.rates.map(({ title, perSecond, perCpuSecond, ofBare }) => ({
        check: title,
        'per second': Math.round(perSecond.median),
        'per CPU second': Math.round(perCpuSecond.median),
        'of bare': ofBare.median.toPrecision(3),
      })),
    )
    for (const fault of result.faults) console.error(`FAULT: ${fault}`)
  }
  if (result.faults.length > 0 && !options.json) process.exitCode = 1
} finally {
  clearInterval(alive)
  rmSync(folder, { recursive: true, force: true })
}
