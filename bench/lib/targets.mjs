// The programs under test. Each target says where it listens, which process to charge, and which headers it wants;
// everything else about a request is the same for all.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ask, freePort, run, start, untilReady } from './processes.mjs'

const bench = fileURLToPath(new URL('..', import.meta.url))
const root = join(bench, '..')
const node = process.execPath
const server = join(root, 'server', 'src', 'main.ts')

export const PROVIDER_KEY = 'sk-bench'
export const MODEL = 'bench-model'
const BUDGET = '1000000'
const RATE = '1000000000'

export async function startUpstream() {
  const program = start('others', [node, join(bench, 'upstream.mjs')], { ipc: true })
  const { port } = await ask(program)
  return { ...program, port }
}

export async function startLoad() {
  return start('others', [node, join(bench, 'load.mjs')], { ipc: true })
}

export function direct(upstream) {
  const headers = { authorization: `Bearer ${PROVIDER_KEY}` }
  return { name: 'direct', title: 'no gateway', port: upstream.port, headers }
}

export async function startBare(upstream) {
  const url = `http://127.0.0.1:${upstream.port}`
  const program = start('gateway', [node, join(bench, 'bare.mjs'), '--upstream', url], { ipc: true })
  const { port } = await ask(program)
  const headers = { authorization: `Bearer ${PROVIDER_KEY}` }
  return { ...program, name: 'bare', title: 'bare pass-through (node:http + undici)', port, headers }
}

export async function startPortkey(upstream) {
  const port = await freePort()
  const loopback = join(bench, 'lib', 'loopback.cjs')
  const entry = join(bench, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js')
  // Headless and NODE_ENV=production: without its log page, which would cost it time.
  const program = start('gateway', [node, '--require', loopback, entry, `--port=${port}`, '--headless'])
  await untilReady(program, async () => (await fetch(`http://127.0.0.1:${port}/`)).ok)
  const headers = {
    authorization: `Bearer ${PROVIDER_KEY}`,
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstream.port}/v1`,
  }
  return {
    ...program,
    name: 'portkey',
    title: 'Portkey gateway 1.15.2 (no keys, no accounting)',
    port,
    headers,
  }
}

export function clavigerExists() {
  return existsSync(server)
}

/** Claviger as an operator starts it: on SQLite, or with `databaseUrl` on PostgreSQL. */
/** One process and two targets: a key without limits, and one with a budget and a rate that are never used up. */
export async function startClaviger(upstream, folder, database) {
  const name = database ? 'claviger-postgres' : 'claviger'
  const dataDir = join(folder, name)
  mkdirSync(dataDir, { recursive: true })
  const port = await freePort()
  const config = join(dataDir, 'claviger.yaml')
  writeFileSync(config, configText(port, join(dataDir, 'data'), upstream.port))
  const options = { cwd: dataDir, env: clavigerEnvironment(database?.url) }
  const program = start('gateway', [node, server, 'serve', '--config', config], options)
  await untilReady(program, async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
  const admin = (...words) => run([node, server, 'admin', ...words, '--json', '--config', config], options)
  // Each has an owner of its own, so that it is not in the books of another.
  const createKey = async (name, ...limits) => {
    const user = `${name}@example.org`
    await admin('users', 'create', '--email', user, '--name', name)
    return JSON.parse(await admin('keys', 'create', '--user', user, '--name', name, ...limits)).key
  }
  const [key, limitedKey, brokeKey] = await Promise.all([
    createKey('bench'),
    createKey('limited', '--limit', BUDGET, '--limit-reset', 'daily'),
    createKey('broke', '--limit', '0'),
  ])
  const rate = ['--unit', 'requests', '--period', 'minute', '--amount', RATE]
  await admin('quotas', 'set', '--user', 'limited@example.org', ...rate)
  const on = database ? 'PostgreSQL' : 'SQLite'
  const target = (name, title, key) => ({
    ...program,
    name,
    title,
    port,
    key,
    headers: { authorization: `Bearer ${key}` },
    databasePid: database?.pid,
  })
  return [
    target(name, `Claviger on ${on}, no limits`, key),
    {
      ...target(`${name}-limited`, `Claviger on ${on}, one budget and one rate`, limitedKey),
      brokeHeaders: { authorization: `Bearer ${brokeKey}` },
    },
  ]
}

// The environment of the caller must not change what is measured; a shared database asks for the secrets that the
// embedded one makes for itself.
function clavigerEnvironment(databaseUrl) {
  const names = Object.keys(process.env).filter((name) => name.startsWith('CLAVIGER_'))
  const cleared = Object.fromEntries(
    [...names, 'DATABASE_URL', 'DATA_DIR', 'HOST', 'PORT'].map((name) => [name, undefined]),
  )
  if (!databaseUrl) return cleared
  return {
    ...cleared,
    DATABASE_URL: databaseUrl,
    CLAVIGER_PEPPER: 'bench-pepper-0123456789abcdefghijklmnop',
    CLAVIGER_SESSION_SECRET: 'bench-session-0123456789abcdefghijklmnop',
    CLAVIGER_AUDIT_KEY: 'bench-audit-0123456789abcdefghijklmnop',
  }
}

function configText(port, dataDir, upstreamPort) {
  return `host: 127.0.0.1
port: ${port}
dataDir: ${JSON.stringify(dataDir)}
providers:
  - id: upstream
    kind: openai
    baseUrl: http://127.0.0.1:${upstreamPort}/v1
    apiKey: ${PROVIDER_KEY}
models:
  - id: ${MODEL}
    kind: chat
    contextWindow: 128000
    maxOutputTokens: 4096
    prices: { input: "0.50", output: "1.50" }
    routes: [{ provider: upstream, model: upstream-model }]
`
}

/** The number of requests that Claviger has booked for the key of this run. */
export async function bookedRequests(target) {
  const url = `http://127.0.0.1:${target.port}/v1/usage/summary`
  const answer = await fetch(url, { headers: target.headers })
  const { data, error } = await answer.json()
  if (error) throw new Error(`${url}: ${JSON.stringify(error)}`)
  return data.reduce((sum, row) => sum + Number(row.request_count), 0)
}
