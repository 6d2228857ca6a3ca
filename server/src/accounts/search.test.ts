import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { searchKeys } from '../keys/key-list.ts'
import { createKey } from '../keys/keys.ts'
import { listMembers } from './members.ts'
import { searchOrganizations } from './organizations.ts'
import { searchUsers } from './user-list.ts'

type Position = readonly [string, string]

const START = Date.parse('2026-03-01T00:00:00.000Z')
const PEOPLE = 150
const LIMIT = 4
/** Few letters, so that texts meet by chance, and what a text to match or a pattern could be broken by. */
const LETTERS = ['a', 'b', 'A', 'ä', 'Ä', '%', '_', '!', '"', ' ', '😀']

/** Always the same, but in no order. */
const nameOf = (n: number) =>
  [...createHash('sha256').update(String(n)).digest().subarray(0, 9)]
    .map((byte) => LETTERS[byte % LETTERS.length])
    .join('')
const emailOf = (n: number) => `${n % 3 === 0 ? 'bab' : 'aba'}${n}@example.com`
/** Many share a millisecond. */
const timeOf = (n: number) => START + Math.floor(n / 7) * 1000 + (n % 2)
const idOf = (kind: string, n: number) => `${kind}${String((n * 83) % 1000).padStart(3, '0')}-${n}`

/** As the lists compare: the case of ASCII letters counts for nothing, of others it does unless a text is in one case. */
const folded = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
const finds = (texts: readonly string[], search: string) =>
  [search, search.toLowerCase(), search.toUpperCase()].some((one) =>
    texts.some((text) => folded(text).includes(folded(one))),
  )

describe.each(DATABASES)('searches on $name', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`through what 150 people wrote, ${name}`, () => {
    let world: UnitDeps
    let owner: Awaited<ReturnType<typeof makeOwner>>
    const everybody = Array.from({ length: PEOPLE }, (_, n) => ({ n, at: timeOf(n), name: nameOf(n) }))

    beforeAll(async () => {
      world = await openDeps(postgres)
      const { db } = world.own
      owner = await makeOwner(world.own)
      const { organizationId } = owner
      // Others than those searched for, under names that are alike.
      for (const { n, at, name } of everybody) {
        const createdAt = new Date(at).toISOString()
        const user = {
          id: idOf('u', n),
          name,
          email: emailOf(n),
          emailVerified: true,
          updatedAt: createdAt,
          createdAt,
        }
        await db
          .insertInto('user')
          .values({ ...user, banned: n % 10 === 0 } as never)
          .execute()
        const organization = { id: idOf('o', n), name, slug: idOf('o', n), createdAt }
        await db
          .insertInto('organization')
          .values(organization as never)
          .execute()
        const member = { id: idOf('m', n), organizationId, userId: user.id, role: 'member', createdAt }
        if (n % 2 === 0)
          await db
            .insertInto('member')
            .values(member as never)
            .execute()
      }
      const deps = { ...world.own, now: () => now }
      let now = START
      for (const { at, name } of everybody) {
        now = at
        await createKey(deps, owner, { name })
      }
    })
    afterAll(() => world?.remove())

    const searches = fc.oneof(
      fc
        .array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 5 })
        .map((letters) => letters.join('')),
      fc
        .tuple(fc.nat(PEOPLE - 1), fc.nat(5), fc.integer({ min: 3, max: 9 }))
        .map(([n, from, count]) => [...nameOf(n)].slice(from, from + count).join('')),
      fc.constantFrom('aba', 'BAB1', '@example.', 'b0'),
    )
    const holdsFor = (check: (search: string) => Promise<void>) =>
      fc.assert(fc.asyncProperty(searches, check), { numRuns: 40 })

    async function walk<Row, Position>(
      page: (after: Position | undefined) => Promise<readonly Row[]>,
      position: (row: Row) => Position,
    ): Promise<Row[]> {
      const all: Row[] = []
      for (let after: Position | undefined; ; ) {
        const rows = await page(after)
        all.push(...rows)
        const last = rows.at(-1)
        if (last === undefined || rows.length < LIMIT) return all
        after = position(last)
      }
    }
    const newestFirst = <T extends { at: number; id: string }>(rows: readonly T[]) =>
      [...rows].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map(({ id }) => id)

    it('the pages of users have all that contain the text, once and in order, whatever else is asked', async () => {
      await holdsFor(async (search) => {
        for (const status of [undefined, 'suspended'] as const) {
          const found = await walk(
            (after: Position | undefined) =>
              searchUsers(world.own, {
                search,
                limit: LIMIT,
                ...(after && { after }),
                ...(status && { status }),
              }),
            (row): Position => [row.createdAt, row.id],
          )
          const wanted = everybody
            .filter(({ n }) => status === undefined || n % 10 === 0)
            .map((one) => ({
              ...one,
              id: idOf('u', one.n),
              email: emailOf(one.n),
            }))
            .filter(({ name, email }) => finds([name, email], search))
          const own = found.map(({ id }) => id).filter((id) => /^u\d{3}-/.test(id))
          expect(own).toEqual(newestFirst(wanted))
        }
      })
    })

    it('the pages of organisations have all whose name or id contains the text', async () => {
      await holdsFor(async (search) => {
        const found = await walk(
          (after: Position | undefined) =>
            searchOrganizations(world.own, { search, limit: LIMIT, ...(after && { after }) }),
          (row): Position => [row.createdAt, row.id],
        )
        const wanted = everybody
          .map((one) => ({ ...one, id: idOf('o', one.n) }))
          .filter(({ name, id }) => finds([name, id], search))
        expect(found.map(({ id }) => id).filter((id) => /^o\d{3}-/.test(id))).toEqual(newestFirst(wanted))
      })
    })

    it('the members found are those of the organisation, by name', async () => {
      await holdsFor(async (search) => {
        const found = await listMembers(world.own, owner.organizationId, { search, limit: PEOPLE })
        const wanted = everybody
          .filter(({ n }) => n % 2 === 0)
          .filter(({ n, name }) => finds([name, emailOf(n)], search))
        const own = found.map(({ userId }) => userId).filter((id) => /^u\d{3}-/.test(id))
        expect(new Set(own)).toEqual(new Set(wanted.map(({ n }) => idOf('u', n))))
        expect(own).toHaveLength(wanted.length)
      })
    })

    it('the pages of keys have all that contain the text, in any case of its letters, by their state', async () => {
      const { db } = world.own
      const keys = await db.selectFrom('keys').select(['id', 'created_at as at', 'search', 'state']).execute()
      const disabled = keys.filter((_, place) => place % 5 === 0).map(({ id }) => id)
      await db.updateTable('keys').set({ state: 'disabled' }).where('id', 'in', disabled).execute()
      await holdsFor(async (search) => {
        for (const state of [undefined, 'disabled'] as const) {
          const found = await walk(
            (after: readonly [number, string] | undefined) =>
              searchKeys(world.own, owner, {
                search,
                limit: LIMIT,
                ...(after && { after }),
                ...(state && { state }),
              }),
            ({ key }): readonly [number, string] => [key.createdAt, key.id],
          )
          const wanted = keys
            .filter(({ id }) => state === undefined || disabled.includes(id))
            .filter((key) => key.search.includes(search.normalize('NFC').toLowerCase()))
          expect(found.map(({ key }) => key.id)).toEqual(newestFirst(wanted))
        }
      })
    })

    it('a text that changes is found by what it is now, and what is gone is not found', async () => {
      const { db } = world.own
      const by = async (search: string) =>
        (await searchUsers(world.own, { search, limit: 10 })).map(({ id }) => id)
      const at = new Date(START - 5000).toISOString()
      const row = {
        id: 'changing',
        name: 'Quentin',
        email: 'q@example.com',
        emailVerified: true,
        updatedAt: at,
        createdAt: at,
      }
      await db
        .insertInto('user')
        .values(row as never)
        .execute()
      expect([await by('quent'), await by('olympia')]).toEqual([['changing'], []])
      await db.updateTable('user').set({ name: 'Olympia' }).where('id', '=', 'changing').execute()
      expect([await by('quent'), await by('olympia')]).toEqual([[], ['changing']])
      await db.deleteFrom('user').where('id', '=', 'changing').execute()
      expect(await by('olympia')).toEqual([])
      if (postgres) return
      const left = await sql<{
        count: number
      }>`SELECT count(*) AS count FROM user_words WHERE id = 'changing'`.execute(db)
      expect(left.rows[0]?.count).toBe(0)
    })
  })
})
