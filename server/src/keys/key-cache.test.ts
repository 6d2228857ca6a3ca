import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_LIMITS } from '../limits/limits-of-key.ts'
import type { Key } from './key.ts'
import { KeyCache } from './key-cache.ts'
import type { KnownSecret } from './known-secret.ts'

interface Hangs {
  readonly key: string
  readonly user: string
  readonly organization: string
  readonly projects: readonly string[]
}

function known({ key, user, organization, projects }: Hangs): KnownSecret {
  const policy = { permissions: [], allowedModels: null, allowedCidrs: null, projectId: null }
  const limits = { limitNanos: null, limitReset: null, expiresAt: null }
  const texts = { name: '', label: '', environment: '', metadata: null, externalUser: null }
  const full: Key = {
    ...policy,
    ...limits,
    ...texts,
    id: key,
    userId: user,
    organizationId: organization,
    includeByok: false,
    state: 'active',
    createdAt: 0,
    updatedAt: null,
    revokedAt: null,
  }
  const standing = {
    plan: null,
    userSuspended: false,
    organizationSuspended: false,
    ownerRole: 'owner',
    limits: NO_LIMITS,
  }
  return { key: full, secretId: key, projectIds: projects, secretExpiresAt: null, ...standing }
}

const pick = (kind: string, most: number) => fc.integer({ min: 1, max: most }).map((n) => `${kind}${n}`)
const hangs: fc.Arbitrary<Hangs> = fc.record({
  key: pick('k', 4),
  user: pick('u', 2),
  organization: pick('o', 2),
  projects: fc.uniqueArray(pick('p', 3), { maxLength: 3 }),
})
const digest = pick('d', 7)
const change = fc.oneof(
  fc.record({ kind: fc.constant('key'), id: pick('k', 4) }),
  fc.record({ kind: fc.constant('user'), id: pick('u', 2) }),
  fc.record({ kind: fc.constant('organization'), id: pick('o', 2) }),
  fc.record({ kind: fc.constant('project'), id: pick('p', 3) }),
)

type Step =
  | { do: 'fill'; digest: string; what: Hangs | null; late: number }
  | { do: 'change'; changes: { kind: string; id: string }[] }
  | { do: 'clear' }
  | { do: 'get'; digest: string }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('fill' as const),
      digest,
      what: fc.option(hangs, { freq: 4 }),
      late: fc.constantFrom(0, 0, 0, 1, 2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('get' as const), digest }) },
)

const concerns = ({ kind, id }: { kind: string; id: string }, { key, user, organization, projects }: Hangs) =>
  ({ key: [key], user: [user], organization: [organization], project: projects })[kind]?.includes(id) ?? false

describe('the key cache', () => {
  it('never serves an entry that a change after it concerns, and drops no entry that no change concerns', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = new KeyCache(100)
        const model = new Map<string, Hangs | null>()
        let epoch = 0
        for (const now of steps) {
          if (now.do === 'fill') {
            const read = Math.max(0, epoch - now.late)
            cache.set(now.digest, now.what && known(now.what), read)
            // What was read before the newest change is not kept.
            if (read >= epoch) model.set(now.digest, now.what)
          } else if (now.do === 'change') {
            epoch += now.changes.length
            cache.evict(now.changes, epoch)
            for (const [digest, what] of model)
              if (what === null || now.changes.some((one) => concerns(one, what))) model.delete(digest)
          } else if (now.do === 'clear') {
            cache.clear(++epoch)
            model.clear()
          }
          for (const digest of ['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7']) {
            const what = model.get(digest)
            expect(cache.get(digest)).toEqual(what && known(what))
            expect(cache.has(digest)).toBe(what !== undefined)
          }
          expect(cache.epoch).toBe(epoch)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('has an index of exactly what its entries hang on, also when entries have to leave or are replaced', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const cache = new KeyCache(capacity)
        let epoch = 0
        for (const now of steps) {
          if (now.do === 'fill') cache.set(now.digest, now.what && known(now.what), epoch)
          else if (now.do === 'change') cache.evict(now.changes, ++epoch)
          else if (now.do === 'clear') cache.clear(++epoch)
          const held = [1, 2, 3, 4, 5, 6, 7].map((n) => cache.get(`d${n}`)).filter((entry) => entry != null)
          expect(held.length).toBeLessThanOrEqual(capacity)
          expect(cache.links).toBe(held.reduce((sum, { projectIds }) => sum + 3 + projectIds.length, 0))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('forgets the secret that was not used for longest when it is full, also within one organisation', () => {
    const cache = new KeyCache(3)
    const fill = (name: string) =>
      cache.set(name, known({ key: name, user: 'u', organization: 'o', projects: ['p'] }), 1)
    for (const name of ['a', 'b', 'c']) fill(name)
    cache.get('a')
    fill('d')
    expect(['a', 'b', 'c', 'd'].map((name) => cache.has(name))).toEqual([true, false, true, true])
  })

  it('remembers ten thousand unknown secrets and no more, and they push out no known one', () => {
    const cache = new KeyCache(10)
    cache.set('known', known({ key: 'k', user: 'u', organization: 'o', projects: [] }), 1)
    for (let i = 0; i <= 10_000; i++) cache.set(`unknown ${i}`, null, 1)
    expect(cache.get('unknown 0')).toBeUndefined()
    expect(cache.get('unknown 1')).toBeNull()
    expect(cache.get('unknown 10000')).toBeNull()
    expect(cache.get('known')).toBeDefined()
  })

  it('costs the same to fill when full, whether its keys belong to one organisation or to many', () => {
    const time = (organizations: number): number => {
      const cache = new KeyCache(20_000)
      const fill = (i: number) => {
        const names = { key: `k${i}`, user: `u${i % organizations}`, organization: `o${i % organizations}` }
        cache.set(`d${i}`, known({ ...names, projects: [] }), 1)
      }
      for (let i = 0; i < 20_000; i++) fill(i)
      const started = performance.now()
      for (let i = 20_000; i < 22_000; i++) fill(i)
      return performance.now() - started
    }
    // Searching the organisation's keys at every fill took hundreds of times as long.
    expect(time(1)).toBeLessThan(50 * Math.max(1, time(20_000)))
  })
})
