import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { ConfigError } from '../config/config.ts'
import type { Deps } from '../deps.ts'
import { createKey, revokeKey } from './keys.ts'
import { checkPeppers, pepperUse } from './pepper.ts'

const pepper = (version: number, name: string) => ({
  version,
  key: Buffer.from(`${name}-0123456789-abcdefghijklmnopqrst`),
})

describe.each(DATABASES)('the pepper', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    beforeEach(async () => {
      await deps.db.deleteFrom('meta').execute()
    })
    afterAll(() => database?.remove())

    const start = (...peppers: ReturnType<typeof pepper>[]): Promise<unknown> =>
      checkPeppers({ ...deps, secrets: { ...deps.secrets, peppers } }).then(
        () => 'starts',
        (error: unknown) => error,
      )
    const remembered = async () =>
      (await deps.db.selectFrom('meta').selectAll().orderBy('name').execute()).map(({ name }) => name)

    it('of the first start is remembered, and any other refused from then on', async () => {
      expect(await start(pepper(1, 'first'))).toBe('starts')
      expect(await start(pepper(1, 'first'))).toBe('starts')
      const refused = await start(pepper(1, 'other'))
      expect(refused).toBeInstanceOf(ConfigError)
      expect(String(refused)).toMatch(/version 1.*restore secrets\.json.*CLAVIGER_PEPPER/s)
    })

    it('is remembered so that nobody learns it from the database', async () => {
      await start(pepper(1, 'first'))
      const [row] = await deps.db.selectFrom('meta').select('value').execute()
      expect(row?.value).toMatch(/^[0-9a-f]{32}$/)
      expect(row?.value).not.toContain(pepper(1, 'first').key.toString('hex').slice(0, 16))
    })

    it('may be followed by a new version, which is then just as fixed', async () => {
      await start(pepper(1, 'first'))
      expect(await start(pepper(2, 'second'), pepper(1, 'first'))).toBe('starts')
      expect(await start(pepper(2, 'third'), pepper(1, 'first'))).toBeInstanceOf(ConfigError)
      expect(await start(pepper(1, 'second'))).toBeInstanceOf(ConfigError)
    })

    it('of a new version is not remembered when an older one is wrong', async () => {
      await start(pepper(1, 'first'))
      expect(await start(pepper(2, 'second'), pepper(1, 'typing error'))).toBeInstanceOf(ConfigError)
      expect(await remembered()).toEqual(['pepper_fingerprint_v1'])
      expect(await start(pepper(2, 'third'), pepper(1, 'first'))).toBe('starts')
    })

    it('that differs between nodes lets only one of them start, however near they are', async () => {
      for (let round = 0; round < 10; round++) {
        await deps.db.deleteFrom('meta').execute()
        const names = ['a', 'b', 'c', 'd']
        const outcomes = await Promise.all(names.map((name) => start(pepper(1, name))))
        expect(outcomes.filter((outcome) => outcome === 'starts')).toHaveLength(1)
        expect(outcomes.filter((outcome) => outcome instanceof ConfigError)).toHaveLength(3)
      }
    })

    it('of an old version may be dropped when no live secret needs it, and is missed while one does', async () => {
      const [first, second] = [pepper(1, 'first'), pepper(2, 'second')]
      const under = (...peppers: ReturnType<typeof pepper>[]) => ({
        ...deps,
        secrets: { ...deps.secrets, peppers },
      })
      const owner = await makeOwner(deps)
      const { key } = await createKey(under(first), owner, { name: 'Old' })
      await createKey(under(second, first), owner, { name: 'New' })
      const both = under(second, first)
      const used = async () => (await pepperUse(both)).map(({ version, count }) => [version, count])
      expect(await used()).toEqual([
        [2, 1],
        [1, 1],
      ])
      await expect(pepperUse(under(second))).rejects.toThrow('lacks version 1 (1 live secrets)')
      await revokeKey(deps, owner, key.id)
      expect(await used()).toEqual([
        [2, 1],
        [1, 0],
      ])
      expect(await pepperUse(under(second))).toEqual([{ version: 2, count: 1 }])
      await start(first)
      expect(await start(second)).toBe('starts')
    })

    it('is refused when there are keys and nothing is remembered of the one they were made with', async () => {
      await createKey(deps, await makeOwner(deps), { name: 'Key' })
      expect(await start(pepper(1, 'first'))).toBeInstanceOf(ConfigError)
      expect(await remembered()).toEqual([])
    })
  })
})
