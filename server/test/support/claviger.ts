import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { MAIN, runNode, type Started, startNode, stop } from './processes.ts'
import { createMigratedDatabase, fillDirectory, TEST_SECRETS } from './templates.ts'
import type { UpstreamRecord, UpstreamScript } from './upstream.ts'

/** The databases that a suite runs on; PostgreSQL is there when TEST_DATABASE_URL is. */
export const DATABASES = [
  { name: 'SQLite', postgres: false, absent: false },
  { name: 'PostgreSQL', postgres: true, absent: !process.env.TEST_DATABASE_URL },
] as const

export interface Upstream {
  readonly url: string
  script(script: UpstreamScript): Promise<void>
  records(): Promise<UpstreamRecord[]>
  stop(): Promise<void>
}

/** A provider in a process of its own. `recordFile` keeps its record across a test's many restarts. */
export async function startUpstream(recordFile?: string): Promise<Upstream> {
  const entry = fileURLToPath(new URL('./upstream.ts', import.meta.url))
  const { child, match } = await startNode(
    [entry],
    recordFile ? { RECORD_FILE: recordFile } : {},
    /listening (\d+)/,
  )
  const origin = `http://127.0.0.1:${match[1]}`
  return {
    url: `${origin}/v1`,
    script: async (script) => {
      await fetch(`${origin}/script`, { method: 'POST', body: JSON.stringify(script) })
    },
    records: async () => (await (await fetch(`${origin}/record`)).json()) as UpstreamRecord[],
    stop: () => stop(child),
  }
}

export interface Installation {
  readonly dir: string
  readonly env: NodeJS.ProcessEnv
  /** Runs an operator's command; its JSON. @throws Error with its text when it fails */
  admin<T = Record<string, unknown>>(...args: string[]): Promise<T>
  start(env?: NodeJS.ProcessEnv): Promise<Server>
  /** Removes the directory and the database. */
  remove(): Promise<void>
}

export interface Server extends Started {
  readonly url: string
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Models `chat`, `chat-native` (speaks /responses itself) and `embed`, on one upstream. */
export function testConfig(upstreamUrl: string, more: object = {}): object {
  const provider = { kind: 'openai', baseUrl: upstreamUrl, apiKey: 'sk-upstream-secret' }
  const prices = { input: '1.00', output: '2.00', cachedInput: '0.50' }
  const model = { contextWindow: 128_000, maxOutputTokens: 4096, prices }
  return {
    log: { level: 'info', requests: 'all' },
    metrics: { token: 'metrics-token-for-tests' },
    providers: [
      { id: 'upstream', ...provider },
      { id: 'native', ...provider, supports: { responses: true } },
    ],
    models: [
      { id: 'chat', ...model, routes: [{ provider: 'upstream', model: 'upstream-chat' }] },
      { id: 'chat-native', ...model, routes: [{ provider: 'native', model: 'upstream-native' }] },
      {
        id: 'embed',
        kind: 'embedding',
        contextWindow: 8192,
        prices: { input: '0.10' },
        routes: [{ provider: 'upstream', model: 'upstream-embed' }],
      },
    ],
    ...more,
  }
}

/** A data directory with a configuration, and on PostgreSQL a database of its own. */
export async function install(config: object, postgres = false): Promise<Installation> {
  const dir = mkdtempSync(join(tmpdir(), 'claviger-test-'))
  const file = join(dir, 'claviger.yaml')
  writeFileSync(file, stringify({ port: 0, ...config }))
  if (!postgres) await fillDirectory(dir)
  const database = postgres ? await createMigratedDatabase(dir) : undefined
  const env = {
    CLAVIGER_CONFIG: file,
    DATA_DIR: dir,
    ...(database && { ...TEST_SECRETS, DATABASE_URL: database.url }),
  }
  const admin = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await runNode([MAIN, ...args, '--json'], env)
    if (code !== 0) throw new Error(`claviger ${args.join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as T
  }
  return {
    dir,
    env,
    admin,
    start: async (more = {}) => {
      const started = await startNode([MAIN, 'serve'], { ...env, ...more }, /"url":"(http[^"]+)"/)
      return {
        ...started,
        url: started.match[1] as string,
        stop: (signal = 'SIGTERM') => stop(started.child, signal),
      }
    },
    remove: async () => {
      rmSync(dir, { recursive: true, force: true })
      await database?.drop()
    },
  }
}
