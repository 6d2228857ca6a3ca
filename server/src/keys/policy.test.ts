import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PERMISSIONS } from '../config/schema.ts'
import { addressAllowed, excessOf, type KeyPolicy, parseCidr } from './policy.ts'

const NOW = 1_800_000_000_000

/** Few addresses and blocks, all near each other, so that random ones meet. */
const v4 = fc
  .tuple(fc.constantFrom(10, 11), fc.constantFrom(0, 128), fc.constantFrom(0, 1, 255))
  .map(([a, b, c]) => `${a}.${b}.0.${c}`)
const v6 = fc.constantFrom('2001:db8::', '2001:db8::1', '2001:db8:8000::', 'fd00::7', '::', '::1')
const block = fc.oneof(
  fc
    .tuple(v4, fc.constantFrom('', '/0', '/7', '/8', '/9', '/16', '/31', '/32'))
    .map((parts) => parts.join('')),
  fc.tuple(v6, fc.constantFrom('', '/0', '/32', '/33', '/64', '/127', '/128')).map((parts) => parts.join('')),
  fc.tuple(v4, fc.constantFrom('', '/96', '/103', '/104', '/128')).map(([a, bits]) => `::ffff:${a}${bits}`),
)
const address = fc.oneof(
  v4,
  v6,
  v4.map((text) => `::ffff:${text}`),
)

function listOf<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[] | null> {
  return fc.option(fc.array(item, { maxLength: 3 }))
}

const policy: fc.Arbitrary<KeyPolicy> = fc.record({
  permissions: fc.subarray([...PERMISSIONS]),
  allowedModels: listOf(fc.constantFrom('a', 'b', 'c')),
  allowedCidrs: listOf(block),
  projectId: fc.constantFrom(null, null, 'p1', 'p2'),
  limitNanos: fc.option(fc.bigInt({ min: 0n, max: 5n })),
  limitReset: fc.constantFrom(null, 'daily' as const, 'weekly' as const, 'monthly' as const),
  expiresAt: fc.option(fc.integer({ min: NOW, max: NOW + 3 })),
})

/** A policy derived from another by changing one part, so that it is often, and not always, inside of it. */
const near = (base: KeyPolicy): fc.Arbitrary<KeyPolicy> =>
  fc.tuple(policy, fc.constantFrom(...(Object.keys(base) as (keyof KeyPolicy)[]))).map(([other, part]) => ({
    ...base,
    [part]: other[part],
  }))

const RESETS = { daily: 1, weekly: 7, monthly: 31 } as const

/** What a key could spend at most on `days` days in a row, by the plain meaning of its limit. */
function spendable({ limitNanos, limitReset }: KeyPolicy, days: number): bigint {
  if (limitNanos === null) return 10n ** 18n
  if (limitReset === null) return limitNanos
  // A window can touch one period more than it is long.
  return limitNanos * BigInt(Math.ceil((days - 1) / RESETS[limitReset]) + 1)
}

/** Everything that one could ask of a key, answered by its meaning and not by comparing policies. */
function can(
  held: KeyPolicy,
  ask: { permission: string; model: string; address: string; at: number; project: string },
) {
  return {
    permission: held.permissions.some((name) => name === ask.permission),
    model: held.allowedModels === null || held.allowedModels.includes(ask.model),
    address: addressAllowed(ask.address, held.allowedCidrs),
    project: held.projectId === null || held.projectId === ask.project,
    time: held.expiresAt === null || ask.at < held.expiresAt,
  }
}

const ask = fc.record({
  permission: fc.constantFrom(...PERMISSIONS),
  model: fc.constantFrom('a', 'b', 'c', 'd'),
  address,
  at: fc.integer({ min: NOW, max: NOW + 5 }),
  project: fc.constantFrom('p1', 'p2'),
})

describe('what a key grants', () => {
  it('is never more than it holds: not a permission, model, address, project, hour or nano-credit', () => {
    const pair = policy.chain((held) => fc.tuple(fc.constant(held), near(held)))
    fc.assert(
      fc.property(pair, fc.array(ask, { minLength: 5, maxLength: 20 }), ([held, wanted], asks) => {
        fc.pre(excessOf(held, wanted) === undefined)
        for (const question of asks) {
          const [mine, yours] = [can(held, question), can(wanted, question)]
          for (const part of Object.keys(mine) as (keyof typeof mine)[]) {
            if (!mine[part]) expect([part, question, yours[part]]).toEqual([part, question, false])
          }
        }
        for (const days of [1, 2, 7, 8, 31, 32, 365]) {
          expect(spendable(wanted, days)).toBeLessThanOrEqual(spendable(held, days))
        }
      }),
      { numRuns: 600 },
    )
  })

  it('never grows along a chain of grants, however long', () => {
    const chain = policy.chain((first) =>
      near(first).chain((second) =>
        near(second).chain((third) => fc.tuple(...[first, second, third].map(fc.constant))),
      ),
    )
    fc.assert(
      fc.property(chain, (links) => {
        const [first, second, third] = links as [KeyPolicy, KeyPolicy, KeyPolicy]
        fc.pre(excessOf(first, second) === undefined && excessOf(second, third) === undefined)
        expect(excessOf(first, third)).toBeUndefined()
      }),
      { numRuns: 600 },
    )
  })

  it('may be all that it holds', () => {
    fc.assert(
      fc.property(policy, (held) => {
        expect(excessOf(held, held)).toBeUndefined()
      }),
    )
  })

  it('is the same power when each could grant the other', () => {
    const pair = policy.chain((held) => fc.tuple(fc.constant(held), near(held)))
    fc.assert(
      fc.property(pair, fc.array(ask, { minLength: 5, maxLength: 20 }), ([one, other], asks) => {
        fc.pre(excessOf(one, other) === undefined && excessOf(other, one) === undefined)
        for (const question of asks) expect(can(one, question)).toEqual(can(other, question))
        expect(one.limitNanos).toBe(other.limitNanos)
      }),
      { numRuns: 300 },
    )
  })

  const all: KeyPolicy = {
    permissions: [...PERMISSIONS],
    allowedModels: null,
    allowedCidrs: null,
    projectId: null,
    limitNanos: null,
    limitReset: null,
    expiresAt: null,
  }

  it.each<[string, Partial<KeyPolicy>, Partial<KeyPolicy>]>([
    ['permission keys:write', { permissions: ['inference'] }, { permissions: ['inference', 'keys:write'] }],
    ['allowed_models', { allowedModels: ['a'] }, { allowedModels: ['a', 'b'] }],
    ['allowed_models', { allowedModels: ['a'] }, { allowedModels: null }],
    ['allowed_models', { allowedModels: [] }, { allowedModels: ['a'] }],
    ['allowed_cidrs', { allowedCidrs: ['10.0.0.0/8'] }, { allowedCidrs: ['10.0.0.0/7'] }],
    ['allowed_cidrs', { allowedCidrs: ['10.0.0.0/8'] }, { allowedCidrs: ['::ffff:11.0.0.1'] }],
    ['allowed_cidrs', { allowedCidrs: ['10.0.0.0/8'] }, { allowedCidrs: null }],
    ['allowed_cidrs', { allowedCidrs: ['::/0'] }, { allowedCidrs: ['10.0.0.1'] }],
    ['project_id', { projectId: 'p1' }, { projectId: 'p2' }],
    ['project_id', { projectId: 'p1' }, { projectId: null }],
    ['expires_at', { expiresAt: NOW }, { expiresAt: NOW + 1 }],
    ['expires_at', { expiresAt: NOW }, { expiresAt: null }],
    ['limit', { limitNanos: 5n }, { limitNanos: 6n }],
    ['limit', { limitNanos: 5n }, { limitNanos: null }],
    ['limit', { limitNanos: 5n }, { limitNanos: 5n, limitReset: 'daily' }],
    ['limit', { limitNanos: 5n, limitReset: 'weekly' }, { limitNanos: 5n, limitReset: 'daily' }],
    ['limit', { limitNanos: 5n, limitReset: 'weekly' }, { limitNanos: 5n, limitReset: 'monthly' }],
    ['limit', { limitNanos: 0n }, { limitNanos: 1n }],
  ])('names the part that exceeds: %s', (part, held, wanted) => {
    const grantor = { ...all, ...held }
    expect(excessOf(grantor, { ...grantor, ...wanted })).toBe(part)
  })

  it('may be narrower in every part at once', () => {
    const narrow: KeyPolicy = {
      permissions: ['inference'],
      allowedModels: ['a'],
      allowedCidrs: ['10.1.0.0/16', '::ffff:10.2.0.0/112', '2001:db8::1'],
      projectId: 'p1',
      limitNanos: 5n,
      limitReset: null,
      expiresAt: NOW,
    }
    expect(
      excessOf(
        { ...all, allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'], limitNanos: 6n, limitReset: 'daily' },
        narrow,
      ),
    ).toBeUndefined()
  })
})

describe('an address', () => {
  it('is inside a block when its first bits are the block’s, and IPv4 mapped into IPv6 counts as itself', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    const bits = fc.integer({ min: 0, max: 32 })
    const number = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0)
    const close = octets.chain((parts) =>
      fc.tuple(
        fc.constant(parts),
        fc.tuple(...parts.map((part) => fc.constantFrom(part, part ^ 1, part ^ 128))),
      ),
    )
    fc.assert(
      fc.property(close, bits, fc.boolean(), fc.boolean(), ([base, other], length, mapBlock, mapAddress) => {
        const size = 2 ** (32 - length)
        const inside = Math.floor(number(base) / size) === Math.floor(number(other) / size)
        const text = mapBlock ? `::ffff:${base.join('.')}/${length + 96}` : `${base.join('.')}/${length}`
        const from = `${mapAddress ? '::ffff:' : ''}${other.join('.')}`
        expect(addressAllowed(from, [text])).toBe(inside)
      }),
    )
  })

  it('is inside a block of IPv6 when its first bits are the block’s', () => {
    const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
    const value = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 65_536n + BigInt(part), 0n)
    fc.assert(
      fc.property(groups, fc.nat(7), fc.nat(0xffff), fc.nat(128), (base, place, changed, bits) => {
        // Mapped addresses are IPv4, and have their own test.
        fc.pre(base.some((part, index) => index < 5 && part !== 0))
        const other = base.map((part, index) => (index === place ? changed : part))
        fc.pre(other.some((part, index) => index < 5 && part !== 0))
        const shift = BigInt(128 - bits)
        const hex = (parts: readonly number[]) => parts.map((part) => part.toString(16)).join(':')
        expect(addressAllowed(hex(other), [`${hex(base)}/${bits}`])).toBe(
          value(base) >> shift === value(other) >> shift,
        )
      }),
    )
  })

  it('is never inside of nothing, and always inside when there is no restriction', () => {
    expect(addressAllowed('10.0.0.1', [])).toBe(false)
    expect(addressAllowed('10.0.0.1', null)).toBe(true)
    expect(addressAllowed('10.0.0.1', ['::/0'])).toBe(false)
    expect(addressAllowed('2001:db8::1', ['0.0.0.0/0'])).toBe(false)
  })

  it('that is none is inside of nothing', () => {
    for (const junk of [
      '',
      'unknown',
      'localhost',
      '10.0.0.1:80',
      '10.0.0.256',
      '[::1]',
      '10.0.0.1, 10.0.0.2',
    ]) {
      expect([junk, addressAllowed(junk, ['0.0.0.0/0', '::/0'])]).toEqual([junk, false])
    }
  })
})

describe('a CIDR block', () => {
  it.each([
    '',
    '/',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0.256',
    ' 10.0.0.1',
    '10.0.0.1 ',
    'localhost',
    '*',
    '10.*',
    ':::',
    'fe80::1%eth0',
    '１０.0.0.1',
    '10.0.0.0/８',
  ])('is not read from %j', (text) => {
    expect(parseCidr(text)).toBeUndefined()
  })

  it.each(['010.0.0.1', '0x0a.0.0.1', '167772161', '10.1', '10.1/8', '127.1'])(
    'is not guessed from %j, which programs read in different ways',
    (text) => {
      expect(parseCidr(text)).toBeUndefined()
    },
  )

  it('with bits beyond its length is the block they lie in', () => {
    expect(addressAllowed('10.200.0.1', ['10.1.2.3/8'])).toBe(true)
    expect(addressAllowed('11.0.0.1', ['10.1.2.3/8'])).toBe(false)
  })
})
