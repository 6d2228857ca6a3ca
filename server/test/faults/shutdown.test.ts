import { once } from 'node:events'
import { afterAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../support/claviger.ts'
import { Load, type Outcome } from '../support/load.ts'
import { stopAll } from '../support/processes.ts'
import { prepareScene } from '../support/scene.ts'

afterAll(stopAll)

const DRAIN_MS = 10_000
/** Streams that take about a second, so that SIGTERM meets many of each kind. */
const SCRIPT = { delayMs: 20, pieces: 15, pieceDelayMs: 60 }

const describeFailure = ({ kind, status, error, text }: Outcome) =>
  `${kind.name}: ${status ?? 'no answer'} ${error ?? ''} ${text}`

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`SIGTERM on ${name}`, () => {
    test('under load: no request that was sent fails, streams come to their end, every answer has its row, and the process ends with 0 in time', {
      timeout: 120_000,
    }, async () => {
      const scene = await prepareScene(postgres, SCRIPT, { http: { drainMs: DRAIN_MS } })
      try {
        const load = new Load({ key: scene.key, rate: 200, inFlightMost: 400 })
        for (let round = 0; round < 3; round++) {
          const server = await scene.installation.start()
          const first = load.outcomes.length
          const enough = load.whole + 150
          load.resume(server.url)
          await load.until((whole) => whole >= enough, 20_000)
          const running = load.inFlight
          const ended = once(server.child, 'exit')
          const termAt = Date.now()
          server.child.kill('SIGTERM')
          // Clients that know nothing of it go on for a while.
          const after = load.outcomes.length + 60
          await load.until(() => load.outcomes.length >= after, 2000)
          load.hold()
          const [code] = (await ended) as [number | null]
          const took = Date.now() - termAt
          await load.pause()
          const sent = load.outcomes.slice(first)
          const before = sent.filter(({ sentAt }) => sentAt < termAt)
          const failed = before.filter((outcome) => !outcome.whole)
          const later = sent.filter(({ sentAt }) => sentAt >= termAt)
          const torn = later.filter(({ status, whole }) => status === 200 && !whole)
          console.log(
            `SIGTERM on ${name}: ${running} requests in flight, ${failed.length} of ${before.length} failed; ` +
              `${later.filter(({ whole }) => whole).length} of ${later.length} sent afterwards were answered; ` +
              `ended with ${code} after ${took} ms`,
          )
          expect(failed.map(describeFailure)).toEqual([])
          expect(torn.map(describeFailure)).toEqual([])
          // What comes too late is refused as such: by the connection, or with 503.
          for (const { status, error, whole } of later) {
            if (!whole) expect(status === 503 || error !== undefined).toBe(true)
          }
          expect(code).toBe(0)
          expect(took).toBeLessThan(DRAIN_MS)
          expect(running).toBeGreaterThan(20)
        }
        const server = await scene.installation.start()
        expect(await scene.compare(load, server.url)).toMatchObject({ lost: [], twice: [], wrong: [] })
        await server.stop()
        const rollUps = await scene.rollUps()
        expect(rollUps.days).toEqual(rollUps.daysOfRows)
        expect(rollUps.keys).toEqual(rollUps.keysOfRows)
      } finally {
        await scene.remove()
      }
    })

    test('cuts what exceeds the drain time, with its row, and ends with 0', { timeout: 60_000 }, async () => {
      const scene = await prepareScene(postgres, { pieces: 400, pieceDelayMs: 50 }, { http: { drainMs: 1500 } })
      try {
        const server = await scene.installation.start()
        const load = new Load({ key: scene.key, rate: 40 })
        load.resume(server.url)
        await load.until(() => load.outcomes.filter(({ whole }) => whole).length >= 8, 10_000)
        load.hold()
        const ended = once(server.child, 'exit')
        const termAt = Date.now()
        server.child.kill('SIGTERM')
        const [code] = (await ended) as [number | null]
        const took = Date.now() - termAt
        await load.pause()
        expect(code).toBe(0)
        expect(took).toBeLessThan(8000)
        const cut = load.outcomes.filter(({ status, whole }) => status === 200 && !whole)
        expect(cut.length).toBeGreaterThan(0)
        const again = await scene.installation.start()
        const found = await scene.compare(load, again.url)
        expect(found).toMatchObject({ lost: [], twice: [], wrong: [] })
        // A stream that was cut has used something, so it has a row, too.
        expect(found.rows).toBe(load.outcomes.filter(({ status }) => status === 200).length)
        await again.stop()
      } finally {
        await scene.remove()
      }
    })
  })
}
