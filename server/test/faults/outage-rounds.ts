import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { startCluster } from '../support/cluster.ts'
import { Load, type Outcome, until } from '../support/load.ts'
import { prepareScene } from '../support/scene.ts'

export interface Outage {
  readonly signal: 'SIGKILL' | 'SIGQUIT'
  readonly lastsMs: number
}

export interface Outages {
  readonly rate: number
  readonly outages: readonly Outage[]
  /** How much the server may grow while it is without its database. */
  readonly growthMostMb: number
}

/** From the end of an outage until answers come again. */
const RECOVERY_MOST_MS = 20_000

/** Takes PostgreSQL away from a server under load and gives it back, again and again; the server is never restarted. */
export async function takeDatabaseAway({ rate, outages, growthMostMb }: Outages): Promise<void> {
  const cluster = await startCluster()
  const shared = process.env.TEST_DATABASE_URL
  process.env.TEST_DATABASE_URL = cluster.url
  const scene = await prepareScene(true, { delayMs: 5, pieces: 3, pieceDelayMs: 5 })
  try {
    const server = await scene.installation.start()
    const load = new Load({ key: scene.key, rate })
    load.resume(server.url)
    await load.until((whole) => whole >= 100, 30_000)
    const ask = (path: string, key: string) =>
      fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } })
    for (const { signal, lastsMs } of outages) {
      const before = memoryOf(server.child.pid)
      const first = load.outcomes.length
      await cluster.kill(signal)
      const awayAt = performance.now()
      let grown = 0
      while (performance.now() - awayAt < lastsMs) {
        await sleep(250)
        grown = Math.max(grown, memoryOf(server.child.pid) - before)
        // A key that this process never saw, and a question that only the database can answer.
        const answer = await ask('/v1/usage', scene.reader)
        const text = await answer.text()

        expect(answer.status, text).toBe(503)
        expect(JSON.parse(text)).toMatchObject({ data: null, error: { code: 'SERVICE_UNAVAILABLE' } })
        expect((await ask('/readyz', scene.reader)).status).toBe(503)
        expect((await ask('/healthz', scene.reader)).status).toBe(200)
      }
      const during = load.outcomes.slice(first)
      const answeredBefore = load.whole
      await cluster.restart()
      const backAt = performance.now()
      await load.until((whole) => whole >= answeredBefore + 50, RECOVERY_MOST_MS)
      await until('a fresh key is verified again', async () => (await ask('/v1/usage', scene.reader)).ok)
      const recovery = performance.now() - backAt
      console.log(
        `${signal} to PostgreSQL for ${lastsMs} ms: ${during.length} requests sent meanwhile, ` +
          `answers ${JSON.stringify(tally(during))}; back ${recovery.toFixed(0)} ms after the database; ` +
          `memory +${grown.toFixed(0)} MB`,
      )
      expect(load.whole).toBeGreaterThan(answeredBefore)
      expect(recovery).toBeLessThan(RECOVERY_MOST_MS)
      expect(grown).toBeLessThan(growthMostMb)
    }
    await load.pause()
    expect(server.child.exitCode).toBeNull()
    const found = await scene.compare(load, server.url)
    const cut = load.outcomes.filter(({ status, whole }) => status === 200 && !whole)
    console.log(
      `${outages.length} outages: ${load.outcomes.length} requests, ${found.whole} answers received whole, ` +
        `${found.rows} rows, lost ${found.lost.length}, twice ${found.twice.length}, wrong ${found.wrong.length}; ` +
        `${cut.length} streams cut`,
    )
    expect(found).toMatchObject({ lost: [], twice: [], wrong: [] })
    // 503 or an answer, and nothing else: no 401 and no 500, and no connection that just ends.
    const others = load.outcomes.filter(({ status }) => status !== 200 && status !== 503)
    expect(tally(others)).toEqual({})
    for (const { status, text } of load.outcomes) {
      if (status === 503) expect(JSON.parse(text)).toMatchObject({ error: { code: 'store_unavailable' } })
    }
    await server.stop()
    const rollUps = await scene.rollUps()
    expect(rollUps.doubles).toEqual([])
    expect(rollUps.days).toEqual(rollUps.daysOfRows)
    expect(rollUps.keys).toEqual(rollUps.keysOfRows)
  } finally {
    await scene.remove().catch(() => {})
    process.env.TEST_DATABASE_URL = shared
    await cluster.remove()
  }
}

function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, whole, error } of outcomes) {
    const name = status === 200 && !whole ? '200, cut' : String(status ?? error ?? 'still waiting')
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** Resident memory of a process in megabytes; 0 where the system does not say. */
function memoryOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) / 1024
  } catch {
    return 0
  }
}
