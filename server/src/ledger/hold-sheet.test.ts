import { expect, test } from 'vitest'
import { admissionOf, costing } from '../../test/support/admissions.ts'
import { quotaOf } from '../limits/quota.ts'
import { readSheet, SheetWriter } from './hold-sheet.ts'

const shares = (id: string, amount: bigint) =>
  (['credits', 'requests'] as const).map((unit) => {
    return { counter: quotaOf('key', id, unit, 'day', 1n).counter, windowStart: 86_400_000, unit, amount }
  })

test('A sheet gives back each hold as it was put on it, of different keys and in windows of the same counter', () => {
  const { context } = admissionOf([], costing(1))
  const other = JSON.stringify({ ...(JSON.parse(context) as object), model: '"quoted"\\' })
  const later = shares('a', 2n ** 63n - 1n).map((share) => ({ ...share, windowStart: 172_800_000 }))
  const sheet = new SheetWriter()
  sheet.add('req_1', 1, context, shares('a', 5n))
  sheet.add('req_2', 2, other, shares('b', 0n))
  sheet.add('req_"3', 3, context, later)
  sheet.add('req_4', 4, context, [])
  const beginning = (text: string, started_at: number) => ({ started_at, ...(JSON.parse(text) as object) })
  expect(readSheet(sheet.toString())).toEqual([
    { id: 'req_1', parts: shares('a', 5n), context: beginning(context, 1) },
    { id: 'req_2', parts: shares('b', 0n), context: beginning(other, 2) },
    { id: 'req_"3', parts: later, context: beginning(context, 3) },
    { id: 'req_4', parts: [], context: beginning(context, 4) },
  ])
})

test('A sheet that the version before has written is read, too', () => {
  const context = { started_at: 7, model: 'm' }
  expect(readSheet(JSON.stringify([['req_1', [['counter', 1, 'credits', '9']], context]]))).toEqual([
    { id: 'req_1', parts: [{ counter: 'counter', windowStart: 1, unit: 'credits', amount: 9n }], context },
  ])
})
