import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { commitRows } from '../../test/support/usage-rows.ts'
import { type Deps, transact } from '../deps.ts'
import { isStoreFailure } from './failure.ts'
import type { Store } from './store.ts'

class Undo extends Error {}

/** A promise and its resolver: a gate that a test opens. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`transactions on ${name}`, () => {
    let database: TestDatabase
    let store: Store
    let deps: Deps
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      store = await database.open()
      deps = await database.deps(store)
    })
    afterAll(() => database.remove())

    const put = (db: Deps['db'], row: string, value = '') =>
      db.insertInto('meta').values({ name: row, value }).execute()
    const get = async (row: string, db = store.db): Promise<string | undefined> =>
      (await db.selectFrom('meta').select('value').where('name', '=', row).executeTakeFirst())?.value

    test('work for after the commit runs once the rows are there for everybody, in order', async () => {
      const ran: string[] = []
      await transact(deps, async (deps) => {
        deps.afterCommit(() => ran.push('first'))
        await put(deps.db, 'committed')
        deps.afterCommit(() => ran.push('second'))
        expect(ran).toEqual([])
      })
      expect(ran).toEqual(['first', 'second'])
      expect(await get('committed')).toBe('')
    })

    test('a failure leaves nothing behind, runs nothing, and is the failure that the caller sees', async () => {
      let ran = false
      const failing = transact(deps, async (deps) => {
        deps.afterCommit(() => {
          ran = true
        })
        await put(deps.db, 'undone')
        await put(deps.db, 'undone too')
        throw new Undo()
      })
      await expect(failing).rejects.toBeInstanceOf(Undo)
      expect([await get('undone'), await get('undone too'), ran]).toEqual([undefined, undefined, false])
    })

    test('a refused statement rolls back those before it', async () => {
      await put(store.db, 'there')
      const failing = transact(deps, async (deps) => {
        await put(deps.db, 'before')
        await put(deps.db, 'there')
      })
      await expect(failing).rejects.toThrow()
      expect(await get('before')).toBeUndefined()
    })

    test('a nested transaction is part of the outer one: with it or not at all', async () => {
      const ran: string[] = []
      const nested = (undo: boolean) =>
        transact(deps, async (deps) => {
          await put(deps.db, `outer ${undo}`)
          await transact(deps, async (deps) => {
            await put(deps.db, `inner ${undo}`)
            deps.afterCommit(() => ran.push(`inner ${undo}`))
          })
          expect(ran).toEqual([])
          expect(await get(`inner ${undo}`, deps.db)).toBe('')
          if (undo) throw new Undo()
        })
      await expect(nested(true)).rejects.toBeInstanceOf(Undo)
      expect([await get('outer true'), await get('inner true')]).toEqual([undefined, undefined])
      await nested(false)
      expect([await get('outer false'), await get('inner false')]).toEqual(['', ''])
      expect(ran).toEqual(['inner false'])
    })

    test('two transactions at once both commit', async () => {
      const begun = gate()
      const first = transact(deps, async (deps) => {
        await put(deps.db, 'one')
        begun.open()
        for (let turn = 0; turn < 50; turn++) await get('one', deps.db)
      })
      await begun.opened
      const second = transact(deps, (deps) => put(deps.db, 'two'))
      await Promise.all([first, second])
      expect([await get('one'), await get('two')]).toEqual(['', ''])
    })

    test('increments of many transactions at once are all there', async () => {
      await put(store.db, 'counter', '0')
      const increment = () =>
        transact(deps, async (deps) => {
          await deps.db
            .updateTable('meta')
            .set({ value: sql`CAST(CAST(value AS INTEGER) + 1 AS TEXT)` })
            .where('name', '=', 'counter')
            .execute()
        })
      await Promise.all(Array.from({ length: 40 }, increment))
      expect(await get('counter')).toBe('40')
    })

    test('outside of an open transaction its rows do not show, and reads and writes go on', async () => {
      const open = gate()
      const written = gate()
      const holding = transact(deps, async (deps) => {
        await put(deps.db, 'held')
        written.open()
        await open.opened
      })
      await written.opened
      expect(await get('held')).toBeUndefined()
      const outside = put(store.db, 'outside')
      const batch = commitRows(store, [])
      // SQLite has one writer, so there these two wait until the transaction is over.
      if (postgres) await Promise.all([outside, batch])
      else expect(await get('outside')).toBeUndefined()
      open.open()
      await Promise.all([holding, outside, batch])
      expect([await get('held'), await get('outside')]).toEqual(['', ''])
    })

    test('a statement outside is not drawn into the open transaction, and survives its end', async () => {
      const open = gate()
      const written = gate()
      const failing = transact(deps, async (deps) => {
        await put(deps.db, 'rolled back')
        written.open()
        await open.opened
        throw new Undo()
      })
      await written.opened
      const outside = put(store.db, 'kept')
      open.open()
      await expect(failing).rejects.toBeInstanceOf(Undo)
      await outside
      expect([await get('rolled back'), await get('kept')]).toEqual([undefined, ''])
    })

    test('a read that begins after a commit sees it, every time', async () => {
      await put(store.db, 'version', '0')
      for (let version = 1; version <= 150; version++) {
        const value = String(version)
        const change = (db: Deps['db']) =>
          db.updateTable('meta').set({ value }).where('name', '=', 'version').execute()
        if (version % 2 === 0) await transact(deps, (deps) => change(deps.db))
        else await change(store.db)
        expect(await get('version')).toBe(value)
      }
    })

    test('what a commit changed holds in the epoch by the time that transact returns', async () => {
      for (let turn = 0; turn < 10; turn++) {
        const before = store.epoch.current()
        await transact(deps, (deps) =>
          deps.db
            .insertInto('organization')
            .values({
              id: `o${turn}`,
              name: 'O',
              slug: `o${turn}`,
              createdAt: '2026-01-01T00:00:00.000Z',
              personal: false,
              status: 'active',
            })
            .execute(),
        )
        expect(store.epoch.current()).toBeGreaterThan(before)
      }
    })

    test('a commit that the database refuses says why', async () => {
      const failing = store.db.transaction().execute(async (db) => {
        if (!postgres) await sql`PRAGMA defer_foreign_keys = ON`.execute(db)
        else await sql`CREATE TEMPORARY TABLE parent (id INT PRIMARY KEY)`.execute(db)
        if (postgres)
          await sql`CREATE TEMPORARY TABLE child (id INT REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`.execute(
            db,
          )
        await put(db, 'refused')
        if (postgres) await sql`INSERT INTO child VALUES (1)`.execute(db)
        else await sql`INSERT INTO project_members VALUES ('none', 'nobody', 1)`.execute(db)
      })
      await expect(failing).rejects.toThrow(/foreign key/i)
      expect(await get('refused')).toBeUndefined()
      await put(store.db, 'after the refusal')
    })
  })
}

describe.concurrent('transactions on SQLite alone', () => {
  test('one that is forgotten is rolled back at the limit, and those behind it go on', {
    timeout: 40_000,
  }, async () => {
    const database = await makeDatabase(false)
    const store = await database.open()
    const put = (db: Deps['db'], name: string) => db.insertInto('meta').values({ name, value: '' }).execute()
    const behind: Promise<unknown>[] = []
    const begun = performance.now()
    const forgotten = store.db.transaction().execute(async (db) => {
      await put(db, 'forgotten')
      behind.push(
        put(store.db, 'a statement'),
        store.db.transaction().execute((db) => put(db, 'a transaction')),
        store.db.transaction().execute((db) => put(db, 'another')),
      )
      await Promise.all(behind)
      // The limit has passed: this must not run as a statement of its own.
      await put(db, 'too late')
    })
    const fault = await forgotten.catch((error: unknown) => error)
    expect(String(fault)).toMatch(/took too long/)
    expect(isStoreFailure(fault)).toBe(true)
    expect(performance.now() - begun).toBeLessThan(20_000)
    const rows = await store.db.selectFrom('meta').select('name').orderBy('name').execute()
    expect(rows.map((row) => row.name)).toEqual(['a statement', 'a transaction', 'another'])
    await database.remove()
  })

  test('one whose commit comes too late says so, and not that there was nothing to roll back', {
    timeout: 40_000,
  }, async () => {
    const database = await makeDatabase(false)
    const store = await database.open()
    const late = store.db.transaction().execute(async (db) => {
      await db.insertInto('meta').values({ name: 'late', value: '' }).execute()
      // Granted only when the limit has passed.
      await store.db.insertInto('meta').values({ name: 'next', value: '' }).execute()
    })
    await expect(late).rejects.toThrow(/took too long/)
    const rows = await store.db.selectFrom('meta').select('name').execute()
    expect(rows.map((row) => row.name)).toEqual(['next'])
    await database.remove()
  })
})
