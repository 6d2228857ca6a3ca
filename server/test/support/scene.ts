import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Installation, install, startUpstream, testConfig, type Upstream } from './claviger.ts'
import { allUsage, type Comparison, compare, openRaw, rollUps } from './ledger.ts'
import type { Load } from './load.ts'
import type { UpstreamScript } from './upstream.ts'

/** An installation with a provider that writes down what it served, a key for load and one for reading the ledger. */
export interface Scene {
  readonly installation: Installation
  readonly upstream: Upstream
  readonly key: string
  readonly reader: string
  /** The clients' record against the provider's and the ledger, as a server at `url` tells it. */
  compare(load: Load, url: string): Promise<Comparison>
  /** What the database itself says. No server need run. */
  rollUps(): ReturnType<typeof rollUps>
  remove(): Promise<void>
}

/** A budget and a rate far above what any load uses: every request is held and settled, and none is refused. */
export interface LoadLimits {
  readonly credits: string
  readonly requestsPerMinute: string
}

export async function prepareScene(
  postgres: boolean,
  script: UpstreamScript,
  config: object = {},
  limits?: LoadLimits,
): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-record-'))
  const recordFile = join(folder, 'served.jsonl')
  const upstream = await startUpstream(recordFile)
  await upstream.script(script)
  const quiet = { log: { level: 'info', requests: 'none' } }
  const installation = await install(testConfig(upstream.url, { ...quiet, ...config }), postgres)
  const user = ['--email', 'load@example.com', '--name', 'Load']
  await installation.admin('admin', 'users', 'create', ...user)
  const makeKey = async (name: string, ...more: string[]): Promise<string> => {
    const args = ['--user', 'load@example.com', '--name', name, ...more]
    return (await installation.admin<{ key: string }>('admin', 'keys', 'create', ...args)).key
  }
  const budget = limits ? ['--limit', limits.credits] : []
  const [key, reader] = await Promise.all([makeKey('Load', ...budget), makeKey('Reader')])
  if (limits) {
    const rate = ['--unit', 'requests', '--period', 'minute', '--amount', limits.requestsPerMinute]
    await installation.admin('admin', 'quotas', 'set', '--user', 'load@example.com', ...rate)
  }
  return {
    installation,
    upstream,
    key,
    reader,
    compare: async (load, url) => {
      const rows = await allUsage(url, reader)
      return compare(load.outcomes, { recordFile, upstream }, rows)
    },
    rollUps: async () => {
      const database = await openRaw(installation)
      try {
        return await rollUps(database)
      } finally {
        await database.close()
      }
    },
    remove: async () => {
      await upstream.stop()
      await installation.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
