import { join } from 'node:path'
import { expect } from 'vitest'
import type { Installation } from '../support/claviger.ts'
import { openRaw } from '../support/ledger.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { Load, until } from '../support/load.ts'
import { prepareScene } from '../support/scene.ts'

export interface Rounds {
  /** At least; it goes on until the requests are reached, too. */
  readonly kills: number
  readonly requests: number
  readonly rate: number
  /** Whole answers between a start and its kill, at least and at most; how many is drawn by lot. */
  readonly answers: readonly [number, number]
}

/** A machine that gives fewer answers within this time gets its kill all the same. */
const ROUND_MOST_MS = 15_000

/** No restart may take longer than this, on however slow a machine: a server that is killed must soon be back. */
const RESTART_MOST_MS = 20_000

/** Answers that take a while, so that every kill meets some of them at every stage. */
const SCRIPT = { delayMs: 3, pieces: 3, pieceDelayMs: 4 }
const LIMITS = { credits: '1000000', requestsPerMinute: '1000000' }

/** What a killed server held is closed within this time by the next one (DESIGN section 5). */
const SWEPT_MOST_MS = 30_000

/**
 * Kills the server again and again under load, each time at another moment, and then holds what the clients received
 * against the provider's record and against the ledger.
 */
export async function killUnderLoad(name: string, postgres: boolean, rounds: Rounds): Promise<void> {
  const scene = await prepareScene(postgres, SCRIPT, {}, LIMITS)
  // To start takes seconds of a processor; with what a process has compiled that ended in peace it takes fewer.
  const env = { NODE_COMPILE_CACHE: join(scene.installation.dir, 'compiled') }
  try {
    await (await scene.installation.start(env)).stop()
    const load = new Load({ key: scene.key, rate: rounds.rate })
    const restarts: number[] = []
    let inFlight = 0
    while (restarts.length < rounds.kills || load.outcomes.length < rounds.requests) {
      const begun = performance.now()
      const server = await scene.installation.start(env)
      restarts.push(performance.now() - begun)
      const [least, most] = rounds.answers
      const enough = load.whole + Math.round(least + Math.random() * (most - least))
      load.resume(server.url)
      await load.until((whole) => whole >= enough, ROUND_MOST_MS)
      inFlight += load.inFlight
      await server.stop('SIGKILL')
      await load.pause()
    }
    const server = await scene.installation.start(env)
    const held = await expectSettled(scene.installation)
    const found = await scene.compare(load, server.url)
    await server.stop()
    const rollUps = await scene.rollUps()
    const slowest = Math.max(...restarts)
    console.log(
      `kill -9 on ${name}: ${restarts.length} kills with ${Math.round(inFlight / restarts.length)} requests in flight on average, ` +
        `${load.outcomes.length} requests sent, ${found.whole} answers received whole, ${found.rows} rows, ` +
        `lost ${found.lost.length}, twice ${found.twice.length}, wrong ${found.wrong.length}, ` +
        `${held} charged as held; ${Math.round(load.sentPerSecond)} of ${rounds.rate} requests a second while a server was up; ` +
        `restart ${Math.round(median(restarts))} ms at the median, ${Math.round(slowest)} ms at most`,
    )
    expect(found).toMatchObject({ lost: [], twice: [], wrong: [], unasked: [] })
    expect(rollUps.doubles).toEqual([])
    expect(rollUps.days).toEqual(rollUps.daysOfRows)
    expect(rollUps.keys).toEqual(rollUps.keysOfRows)
    await expectLedgerClean(scene.installation)
    // The test has only tested something if answers came whole and kills met requests.
    expect(found.whole).toBeGreaterThan(rounds.kills)
    expect(inFlight).toBeGreaterThan(0)
    expect(slowest).toBeLessThan(RESTART_MOST_MS)
  } finally {
    await scene.remove()
  }
}

/** All that was let in was held, and all of that is settled; returns how many rows cost what was held. */
async function expectSettled(installation: Installation): Promise<number> {
  const database = await openRaw(installation)
  const count = async (from: string): Promise<number> => {
    const [row] = await database.query<{ count: string }>(`SELECT COUNT(*) AS count FROM ${from}`)
    return Number(row?.count)
  }
  try {
    await until('no hold is left', async () => (await count('hold_sheets')) === 0, SWEPT_MOST_MS)
    expect(await count('usage_events WHERE held_nanos IS NULL OR charges IS NULL')).toBe(0)
    return await count("usage_events WHERE cost_basis = 'held'")
  } finally {
    await database.close()
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
