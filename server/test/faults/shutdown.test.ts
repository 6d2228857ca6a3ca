import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type Server } from '../support/claviger.ts'
import { Load, type Outcome } from '../support/load.ts'
import { stopAll } from '../support/processes.ts'
import { prepareScene, type Scene } from '../support/scene.ts'

afterAll(stopAll)

const DRAIN_MS = 15_000

const describeFailure = ({ kind, status, error, text }: Outcome) =>
  `${kind.name}: ${status ?? 'no answer'} ${error ?? ''} ${text}`

/** Sends SIGTERM; how the process ended, when it was sent, and how long that took. */
async function terminate({ child }: Server) {
  const ended = once(child, 'exit')
  const termAt = Date.now()
  child.kill('SIGTERM')
  return {
    termAt,
    ended: ended.then(([code]) => ({ code: code as number | null, took: Date.now() - termAt })),
  }
}

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`SIGTERM on ${name}`, () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await prepareScene(postgres, {}, { http: { drainMs: DRAIN_MS } })
    }, 60_000)
    afterAll(() => scene.remove())

    test('under load: no request that was sent fails, streams come to their end, every answer has its row, and the process ends with 0 in time', {
      timeout: 120_000,
    }, async () => {
      // Streams that take about a second, so that the signal meets many of each kind.
      await scene.upstream.script({ delayMs: 20, pieces: 15, pieceDelayMs: 60 })
      const load = new Load({ key: scene.key, rate: 200, inFlightMost: 250 })
      const server = await scene.installation.start()
      load.resume(server.url)
      await load.until((whole) => whole >= 150, 30_000)
      const running = load.inFlight
      const { termAt, ended } = await terminate(server)
      // Clients that know nothing of it go on for a while.
      const enough = load.outcomes.length + 60
      await load.until(() => load.outcomes.length >= enough, 2000)
      load.hold()
      const { code, took } = await ended
      await load.pause()
      const before = load.outcomes.filter(({ sentAt }) => sentAt < termAt)
      const later = load.outcomes.filter(({ sentAt }) => sentAt >= termAt)
      const failed = before.filter(({ whole }) => !whole)
      const torn = later.filter(({ status, whole }) => status === 200 && !whole)
      console.log(
        `SIGTERM on ${name}: ${running} requests in flight, ${failed.length} of ${before.length} failed; ` +
          `${later.filter(({ whole }) => whole).length} of ${later.length} sent afterwards were answered; ` +
          `ended with ${code} after ${took} ms`,
      )
      expect(failed.map(describeFailure)).toEqual([])
      expect(torn.map(describeFailure)).toEqual([])
      // What comes too late is not left without a word: the connection is refused, or the request with 503.
      for (const { status, error, whole } of later) {
        if (!whole) expect(status === 503 || error !== undefined).toBe(true)
      }
      expect(code).toBe(0)
      expect(took).toBeLessThan(DRAIN_MS)
      expect(running).toBeGreaterThan(20)
      const again = await scene.installation.start()
      expect(await scene.compare(load, again.url)).toMatchObject({ lost: [], twice: [], wrong: [] })
      await again.stop()
    })

    test('what exceeds the drain time is cut, has its row, and the process ends with 0', {
      timeout: 60_000,
    }, async () => {
      await scene.upstream.script({ pieces: 600, pieceDelayMs: 50 })
      const server = await scene.installation.start({ CLAVIGER_HTTP_DRAIN_MS: '1500' })
      const load = new Load({ key: scene.key, rate: 40, inFlightMost: 60 })
      load.resume(server.url)
      await load.until((whole) => whole >= 8, 20_000)
      load.hold()
      const { code, took } = await (await terminate(server)).ended
      await load.pause()
      expect(code).toBe(0)
      expect(took).toBeLessThan(15_000)
      const cut = load.outcomes.filter(({ status, whole }) => status === 200 && !whole)
      expect(cut.length).toBeGreaterThan(0)
      const again = await scene.installation.start()
      const { lost, twice, wrong, byUser } = await scene.compare(load, again.url)
      expect({ lost, twice, wrong }).toEqual({ lost: [], twice: [], wrong: [] })
      // A stream that was cut has used something.
      expect(cut.filter(({ id }) => !byUser.has(id)).map(describeFailure)).toEqual([])
      await again.stop()
    })

    test('afterwards the roll-ups are the sums of the rows', async () => {
      const rollUps = await scene.rollUps()
      expect(rollUps.days.length).toBeGreaterThan(0)
      expect(rollUps.days).toEqual(rollUps.daysOfRows)
      expect(rollUps.keys).toEqual(rollUps.keysOfRows)
      expect(rollUps.doubles).toEqual([])
    })
  })
}
