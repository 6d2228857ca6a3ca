import { expect, it } from 'vitest'
import { quotaOf } from '../limits/quota.ts'
import { newsOf } from './budget-events.ts'

const CREDIT = 1_000_000_000n
const DAY = Date.UTC(2026, 10, 22)
const counter = { windowStart: DAY, held: 0n, granted: 0n }
const budget = (amount: bigint) => quotaOf('user', 'org/u/1', 'credits', 'day', amount)

it.each([
  ['4.9', 4_900_000_000n, []],
  ['5', 5n * CREDIT, [50]],
  ['8', 8n * CREDIT, [50, 80]],
  ['9.98', 9_980_000_000n, [50, 80]],
  // What is left could not pay for anything.
  ['9.99', 9_990_000_000n, [50, 80, 100]],
  ['12, after the limit was lowered', 12n * CREDIT, [50, 80, 100]],
])('of a budget of 10 credits %s spent reach %s', (_, spent, expected) => {
  const news = newsOf(budget(10n * CREDIT), { ...counter, spent }, 0n)
  expect(news.map(({ data }) => data.percent)).toEqual(expected)
  expect(new Set(news.map(({ mark }) => mark)).size).toBe(expected.length)
})

it('a threshold is told anew in the next window, and where the limit was raised', () => {
  const mark = (amount: bigint, windowStart: number) =>
    newsOf(budget(amount), { ...counter, windowStart, spent: amount / 2n }, 0n)[0]?.mark
  const marks = [mark(10n, DAY), mark(10n, DAY + 86_400_000), mark(20n, DAY)]
  expect(new Set(marks).size).toBe(3)
})

it('a user’s budget names him, without the organisation that he spends in', () => {
  const [news] = newsOf(budget(10n * CREDIT), { ...counter, spent: 5n * CREDIT }, 0n)
  expect(news?.data).toEqual({
    subject: 'user',
    subject_id: 'u/1',
    percent: 50,
    period: 'day',
    window_start: '2026-11-22T00:00:00.000Z',
    resets_at: '2026-11-23T00:00:00.000Z',
    limit: '10',
    spent: '5',
  })
})

it('a balance is low below the line alone, and once for each grant', () => {
  const balance = quotaOf('organization', 'o', 'credits', 'none', null)
  const of = (granted: bigint, spent: bigint) =>
    newsOf(
      balance,
      { ...counter, windowStart: 0, granted: granted * CREDIT, spent: spent * CREDIT },
      5n * CREDIT,
    )
  expect(of(10n, 5n)).toEqual([])
  expect(of(10n, 6n)[0]?.data).toMatchObject({ remaining: '4', threshold: '5' })
  expect(of(10n, 7n)[0]?.mark).toBe(of(10n, 6n)[0]?.mark)
  expect(of(20n, 16n)[0]?.mark).not.toBe(of(10n, 6n)[0]?.mark)
})
