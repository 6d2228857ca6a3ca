import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import type { Deps } from '../deps.ts'
import { type OnceRequest, once, pruneIdempotency } from './idempotency.ts'

let requests = 0

function requestFor(own: Partial<OnceRequest> = {}): OnceRequest {
  return { caller: 'k', route: 'POST /things', idempotencyKey: `key-${requests++}`, body: { a: 1 }, ...own }
}

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`idempotency on ${name}`, () => {
    let database: TestDatabase
    let deps: Deps
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      deps = await database.deps(await database.open())
    })
    afterAll(() => database.remove())

    let effects = 0
    /** Leaves a row, answers with its name and a secret. */
    const work = async ({ db }: Deps) => {
      const row = `effect-${effects++}`
      await db.insertInto('meta').values({ name: row, value: '' }).execute()
      return { status: 201, body: { row, secret: 'shown once' } }
    }
    const withoutSecret = (reply: { status: number; body: { row: string } }) => ({
      ...reply,
      body: { row: reply.body.row, secret: null },
    })
    const ask = (request: OnceRequest, over = deps) => once(over, request, work, withoutSecret)
    const effectRows = async (): Promise<number> =>
      (await deps.db.selectFrom('meta').select('name').where('name', 'like', 'effect-%').execute()).length

    test('64 equal requests at once have one effect, and all have its reply', {
      timeout: 60_000,
    }, async () => {
      const before = await effectRows()
      const request = requestFor()
      const replies = await Promise.all(Array.from({ length: 64 }, () => ask(request)))
      expect(await effectRows()).toBe(before + 1)
      expect(replies.filter(({ replayed }) => !replayed).length).toBe(1)
      const rows = new Set(replies.map(({ reply }) => (reply.body as { row: string }).row))
      expect(rows.size).toBe(1)
      expect(new Set(replies.map(({ reply }) => reply.status))).toEqual(new Set([201]))
    })

    test('so it is when they come to several nodes', { timeout: 60_000 }, async () => {
      const nodes = await Promise.all(
        Array.from({ length: 3 }, async () => database.deps(await database.open())),
      )
      const before = await effectRows()
      const request = requestFor()
      const replies = await Promise.all(
        Array.from({ length: 24 }, (_, index) => ask(request, nodes[index % nodes.length] as Deps)),
      )
      expect(await effectRows()).toBe(before + 1)
      expect(replies.filter(({ replayed }) => !replayed).length).toBe(1)
    })

    test('the first reply has the secret, a repeated one and the database have not', async () => {
      const request = requestFor()
      const first = await ask(request)
      expect(first).toMatchObject({ replayed: false, reply: { body: { secret: 'shown once' } } })
      const again = await ask(request)
      expect(again).toMatchObject({ replayed: true, reply: { status: 201, body: { secret: null } } })
      expect(again.reply.body).toMatchObject({ row: (first.reply.body as { row: string }).row })
      const stored = await deps.db.selectFrom('idempotency').selectAll().execute()
      expect(JSON.stringify(stored)).not.toContain('shown once')
    })

    test('the key is not found in the database either, nor the body', async () => {
      await ask(requestFor({ idempotencyKey: 'recognizable-key', body: { note: 'recognizable-body' } }))
      expect(JSON.stringify(await deps.db.selectFrom('idempotency').selectAll().execute())).not.toContain(
        'recognizable',
      )
    })

    test('a reply is kept over a restart', async () => {
      const request = requestFor()
      const other = await database.open()
      const first = await ask(request, await database.deps(other))
      await other.close()
      const again = await ask(request, await database.deps(await database.open()))
      expect(again.replayed).toBe(true)
      expect(again.reply.body).toMatchObject({ row: (first.reply.body as { row: string }).row })
    })

    test('the same key with another body is refused and has no effect', async () => {
      const request = requestFor()
      await ask(request)
      const before = await effectRows()
      for (const body of [{ a: 2 }, { a: 1, b: 2 }, {}, null, []]) {
        await expect(ask({ ...request, body }), JSON.stringify(body)).rejects.toMatchObject({
          code: 'idempotency_mismatch',
        })
      }
      expect(await effectRows()).toBe(before)
    })

    test('another caller and another route are another request', async () => {
      const before = await effectRows()
      const request = requestFor()
      const asked = [
        request,
        { ...request, caller: 'k2' },
        { ...request, route: 'POST /others' },
        // Parts that run into each other must not be taken for one another.
        { ...request, caller: 'kP', route: 'OST /things' },
      ]
      for (const each of asked) expect((await ask(each)).replayed).toBe(false)
      expect(await effectRows()).toBe(before + 4)
    })

    test('work that fails keeps nothing: the next try does it', async () => {
      const request = requestFor()
      const before = await effectRows()
      const failing = once(
        deps,
        request,
        async (deps) => {
          await work(deps)
          throw new Error('half-way')
        },
        (reply) => reply,
      )
      await expect(failing).rejects.toThrow('half-way')
      expect(await effectRows()).toBe(before)
      expect((await ask(request)).replayed).toBe(false)
      expect(await effectRows()).toBe(before + 1)
    })

    test('of many at once whose first fails, one of the others does the work', async () => {
      const request = requestFor()
      const before = await effectRows()
      let tries = 0
      const asked = Array.from({ length: 12 }, () =>
        once(
          deps,
          request,
          async (deps) => {
            const reply = await work(deps)
            if (tries++ === 0) throw new Error('the first')
            return reply
          },
          (reply) => reply,
        ),
      )
      const ended = await Promise.allSettled(asked)
      expect(ended.filter(({ status }) => status === 'rejected').length).toBe(1)
      expect(await effectRows()).toBe(before + 1)
    })

    test.each([
      '',
      ' ',
      'ends in a space ',
      ' begins with one',
      'new\nline',
      'Zoë',
      'x'.repeat(256),
      '\u007f',
    ])('the key %j is refused before anything is done', async (idempotencyKey) => {
      const before = await effectRows()
      await expect(ask(requestFor({ idempotencyKey }))).rejects.toMatchObject({ code: 'invalid_request' })
      expect(await effectRows()).toBe(before)
    })

    test.each(['x', 'with spaces inside', '"quoted"', '~'.repeat(255)])(
      'the key %j is taken',
      async (idempotencyKey) => {
        expect((await ask(requestFor({ idempotencyKey }))).replayed).toBe(false)
      },
    )

    test('a reply is kept for a day and then forgotten', async () => {
      const request = requestFor()
      const start = Date.now()
      const at = (time: number): Deps => ({ ...deps, now: () => time })
      await ask(request, at(start))
      await pruneIdempotency(at(start + 86_400_000))
      expect((await ask(request, at(start))).replayed).toBe(true)
      await pruneIdempotency(at(start + 86_400_001))
      expect((await ask(request, at(start))).replayed).toBe(false)
    })
  })
}
