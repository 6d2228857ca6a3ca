import { expect, test } from 'vitest'
import { chargeFor, unitsOf } from './task-money.ts'

const PRICE = { greatest: 60n, each: 10n, unit: 'second', version: 'v' } as const
const files = (...lengths: (number | null)[]) => lengths.map((durationMs) => ({ durationMs }))

test('whatever lengths a provider tells, no more is counted than was asked for, and never less than nothing', () => {
  const asked = { outputs: 2, durationSeconds: 3 }
  expect(unitsOf(PRICE, files(1500, null), asked)).toBe(5)
  expect(unitsOf(PRICE, files(90_000, Number.NaN, 1000), asked)).toBe(6)
  expect(unitsOf(PRICE, files(-90_000, 1000), asked)).toBe(1)
  expect(unitsOf({ ...PRICE, unit: 'output' }, files(null, null, null), asked)).toBe(2)
})

test('a charge is never below nothing, above the price that was told, or above the hold', () => {
  expect(chargeFor(PRICE, 3, { held_nanos: 60n })).toBe(30n)
  expect(chargeFor(PRICE, 90, { held_nanos: null })).toBe(60n)
  expect(chargeFor(PRICE, 6, { held_nanos: 40n })).toBe(40n)
  expect(chargeFor(PRICE, -1, { held_nanos: 60n })).toBe(0n)
})
