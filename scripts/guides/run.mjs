import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPostgres, startPostgres } from '../postgres.mjs'
import { makeCheckout } from './checkout.mjs'
import { startProvider } from './provider.mjs'
import { fillIn, standIns } from './stand-ins.mjs'
import { readSteps, whatIsMissing } from './steps.mjs'
import { Desk } from './terminal.mjs'

/** A guide mostly waits for its servers to start. */
const AT_ONCE = 2
const docs = fileURLToPath(new URL('../../docs/', import.meta.url))
/** Those that guides name; each is replaced by one that is free here. */
const PORTS = ['8787', '8788', '8789', '9464', '8080']

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

/** Opens what all guides share: a stand-in for providers, and PostgreSQL if it is here. */
export async function openRoom() {
  const provider = await startProvider()
  const postgres = await findDatabase()
  return {
    providerUrl: provider.url,
    postgres,
    inTurn: turns(AT_ONCE),
    async close() {
      provider.close()
      await postgres?.stop()
    },
  }
}

/**
 * Does what a guide says, in a copy of its own.
 *
 * @returns {Promise<{ commands: number, skipped: string[] }>}
 * @throws Error that names the line of the guide
 */
export function runGuide(path, room, options) {
  return room.inTurn(() => follow(path, room, options))
}

async function follow(path, { providerUrl, postgres }, { fresh = false } = {}) {
  const { needs, steps } = stepsOf(path)
  if (needs.includes('PostgreSQL') && !postgres)
    return { commands: 0, skipped: ['PostgreSQL was not found (set TEST_DATABASE_URL)'] }
  const ports = Object.fromEntries(await Promise.all(PORTS.map(async (port) => [port, await freePort()])))
  const databaseUrl = needs.includes('PostgreSQL') ? await postgres.makeDatabase() : undefined
  const mine = standIns({ providerUrl, databaseUrl, ports })
  const checkout = makeCheckout({ fresh })
  const desk = new Desk(checkout.folder, environment(checkout, ports), { fresh })
  const skipped = []
  let commands = 0
  try {
    for (const step of steps) {
      const why = reasonToSkip(step)
      if (why) skipped.push(`line ${step.line}: ${why}`)
      else {
        await take(step, desk, checkout.folder, (text) => fillIn(text, mine, desk.seen), path)
        commands += step.kind === 'run' ? 1 : 0
      }
    }
  } finally {
    await desk.close()
    checkout.remove()
  }
  return { commands, skipped }
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

function reasonToSkip({ skip, needs }) {
  if (skip) return skip === true ? 'no reason is given' : skip
  const absent = needs?.split(',').find((command) => spawnSync('which', [command]).status !== 0)
  return absent && `${absent} was not found`
}

/** As after a sign-in: nothing of whoever runs this. */
function environment({ bin }, ports) {
  const { PATH, HOME, USER, LANG, TMPDIR, NODE_COMPILE_CACHE } = process.env
  const given = { HOME, USER, LANG, TMPDIR, NODE_COMPILE_CACHE }
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    PATH: [bin, dirname(process.execPath), PATH].filter(Boolean).join(delimiter),
    PORT: ports['8787'],
    CLAVIGER_URL: `http://127.0.0.1:${ports['8787']}`,
  }
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
