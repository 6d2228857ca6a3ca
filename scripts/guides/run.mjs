import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPostgres, startPostgres } from '../postgres.mjs'
import { cloneSources, makeCheckout } from './checkout.mjs'
import { startProvider } from './provider.mjs'
import { fillIn, standIns } from './stand-ins.mjs'
import { readSteps, whatIsMissing } from './steps.mjs'
import { Desk } from './terminal.mjs'

/** A guide mostly waits for its servers to start. */
const AT_ONCE = 2
const docs = fileURLToPath(new URL('../../docs/', import.meta.url))
/** The Node that our own commands fetch for themselves on an older one. */
const PINNED = fileURLToPath(new URL('../../.node/', import.meta.url))
/** Those that guides name; each is replaced by one that is free here. */
const PORTS = ['8787', '8788', '8789', '9464', '8080']
/** By which a machine says how its programs reach the network. */
const NETWORK = /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR)$/i
const START = { text: 'npm start', expected: { language: 'text', text: 'Claviger serves at …' } }

/** The guides: every page of docs/ that has commands, but for what is generated. */
export function guidesIn(folder = docs) {
  const pages = readdirSync(folder, { recursive: true }).map((path) => path.replaceAll('\\', '/'))
  return pages
    .filter((path) => path.endsWith('.md') && !/^(reference|decisions|conformance)\//.test(path))
    .filter((path) => /^```sh/m.test(readFileSync(join(folder, path), 'utf8')))
    .sort()
}

/** What the whole of a guide cannot do without. */
export function needsOf(path) {
  return stepsOf(path).needs
}

function stepsOf(path) {
  return readSteps(readFileSync(join(docs, path), 'utf8'), path)
}

/** Whether a guide begins with nothing installed; every other one says that `npm start` has run once. */
export function startsFromNothing(path) {
  return stepsOf(path).steps.some(({ text }) => text === START.text)
}

/** Opens what all guides share: a stand-in for providers, and PostgreSQL if it is here. */
export async function openRoom() {
  const provider = await startProvider()
  const postgres = await findDatabase()
  const started = []
  const open = new Set()
  return {
    providerUrl: provider.url,
    postgres,
    inTurn: turns(AT_ONCE),
    /** A clone in which `npm start` has run once, which is what most guides ask for; used again when it is given back. */
    startedOnce: async () => started.pop() ?? (await startOnce(open)),
    async giveBack(checkout) {
      await checkout.tidy()
      started.push(checkout)
    },
    /** What has to be closed if all ends before its time. */
    open,
    async close() {
      provider.close()
      await Promise.all([...open].map((close) => close()))
      await Promise.all(started.map((checkout) => checkout.remove()))
      await postgres?.stop()
    },
  }
}

/**
 * Does what a guide says, in a copy of its own.
 *
 * @returns {Promise<{ commands: number, skipped: string[], seconds: number }>} without the time for which it had to wait
 * @throws Error that names the line of the guide
 */
export function runGuide(path, room, options) {
  return room.inTurn(async () => {
    const before = performance.now()
    const { commands, skipped } = await follow(path, room, options)
    return { commands, skipped, seconds: (performance.now() - before) / 1000 }
  })
}

async function follow(path, room, { fresh = false } = {}) {
  const { providerUrl, postgres } = room
  const { needs, steps } = stepsOf(path)
  if (needs.includes('PostgreSQL') && !postgres)
    return { commands: 0, skipped: ['PostgreSQL was not found (set TEST_DATABASE_URL)'] }
  const ports = Object.fromEntries(await Promise.all(PORTS.map(async (port) => [port, await freePort()])))
  const makeDatabase = async () => (needs.includes('PostgreSQL') ? await postgres.makeDatabase() : undefined)
  const [databaseUrl, restoredUrl] = [await makeDatabase(), await makeDatabase()]
  const mine = standIns({ providerUrl, databaseUrl, restoredUrl, ports })
  const shared = fresh && !startsFromNothing(path)
  const checkout = shared ? await room.startedOnce() : fresh ? cloneSources() : makeCheckout()
  const desk = new Desk(checkout.folder, environment(checkout, ports, fresh), { fresh })
  const close = closing(desk, checkout)
  room.open.add(close)
  const skipped = []
  let commands = 0
  try {
    for (const step of steps) {
      const why = reasonToSkip(step, fresh)
      if (why) skipped.push(`line ${step.line}: ${why}`)
      else {
        await take(step, desk, checkout.folder, (text) => fillIn(text, mine, desk.seen), path)
        commands += step.kind === 'run' ? 1 : 0
      }
    }
  } finally {
    room.open.delete(close)
    await (shared ? desk.close().then(() => room.giveBack(checkout)) : close())
  }
  return { commands, skipped }
}

function closing(desk, checkout) {
  return async () => {
    await desk.close()
    await checkout.remove()
  }
}

async function startOnce(open) {
  const checkout = cloneSources()
  const ports = { 8787: await freePort() }
  const desk = new Desk(checkout.folder, environment(checkout, ports, true), { fresh: true })
  const close = closing(desk, checkout)
  open.add(close)
  try {
    await desk.serve('server', START.text, START.expected)
    await desk.stop('server')
    await desk.close()
    await checkout.tidy()
    return checkout
  } catch (error) {
    await close()
    throw new Error(`npm start: ${error.message}`, { cause: error })
  } finally {
    open.delete(close)
  }
}

async function take(step, desk, folder, fill, path) {
  try {
    if (step.kind === 'stop') return await desk.stop(step.name)
    if (step.kind === 'write') {
      mkdirSync(dirname(join(folder, step.file)), { recursive: true })
      return writeFileSync(join(folder, step.file), fill(step.text))
    }
    const expected = step.expected && { ...step.expected, text: fill(step.expected.text) }
    if (step.kind === 'see') return await desk.see(step.name, expected)
    if (step.server) return await desk.serve(step.server, fill(step.text), expected)
    const printed = await desk.run(fill(step.text), step)
    const missing = expected && whatIsMissing(expected, printed)
    if (missing) throw new Error(`${missing}:\n${printed}`)
  } catch (error) {
    throw new Error(`docs/${path}:${step.line}: ${error.message}`, { cause: error })
  }
}

function reasonToSkip({ skip, fresh: why, needs }, fresh) {
  if (skip) return skip === true ? 'no reason is given' : skip
  if (why && !fresh) return `${why === true ? 'no reason is given' : why}; --fresh runs it`
  const absent = needs?.split(',').find((command) => spawnSync('which', [command]).status !== 0)
  return absent && `${absent} was not found`
}

/**
 * As after a sign-in: nothing of whoever runs this. With `fresh` also his own Node, however old, in place of the one that
 * runs this, and his way to the network.
 */
function environment({ bin }, ports, fresh) {
  const { PATH, HOME, USER, LANG, TMPDIR, NODE_COMPILE_CACHE } = process.env
  const given = { HOME, USER, LANG, TMPDIR, ...(fresh ? network() : { NODE_COMPILE_CACHE }) }
  const path = fresh
    ? PATH.split(delimiter).filter((folder) => !folder.startsWith(PINNED))
    : [bin, dirname(process.execPath), PATH]
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    PATH: path.filter(Boolean).join(delimiter),
    PORT: ports['8787'],
    CLAVIGER_URL: `http://127.0.0.1:${ports['8787']}`,
  }
}

function network() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name)))
}

/** Runs what it is given, so many at once, in the order in which it was given. */
function turns(most) {
  let running = 0
  const waiting = []
  return async (work) => {
    if (running === most) await new Promise((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

async function findDatabase() {
  const given = process.env.TEST_DATABASE_URL
  const binaries = given ? undefined : findPostgres()
  if (!given && !binaries) return undefined
  const { url, stop } = given ? { url: given, stop: async () => {} } : await startPostgres(binaries)
  // The server's own driver: the scripts have none.
  const { Client } = createRequire(new URL('../../server/package.json', import.meta.url))('pg')
  const made = []
  const ask = async (statement) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  return {
    async makeDatabase() {
      const name = `claviger_guides_${process.pid}_${made.length}`
      made.push(name)
      await ask(`CREATE DATABASE ${name}`)
      return Object.assign(new URL(url), { pathname: `/${name}` }).href
    },
    async stop() {
      for (const name of made) await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await stop()
    },
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(String(port)))
    })
  })
}
