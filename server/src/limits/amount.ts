import { AppError } from '../errors.ts'
import { formatNanos, parseNanos } from '../lib/decimal.ts'
import type { Unit } from './quota.ts'

/** 2^63 − 1 is the most a column holds; a hundredth of it leaves room for sums. */
export const AMOUNT_MOST = 90_000_000_000_000_000n

/**
 * An amount as people write it: credits with up to nine decimals, anything else as a whole number.
 *
 * @returns nano-credits for credits, the number else
 * @throws AppError `invalid_request`
 */
export function parseAmount(unit: Unit, text: string, param = 'amount'): bigint {
  const credits = unit === 'credits'
  const amount = credits ? parseNanos(text) : /^\d{1,18}$/.test(text) ? BigInt(text) : undefined
  if (amount !== undefined && amount >= 0n && amount <= AMOUNT_MOST) return amount
  const form = credits ? 'credits with at most nine decimals' : `a whole number of ${unit.replace('_', ' ')}`
  const message = `${param} must be ${form}, from 0 to ${formatAmount(unit, AMOUNT_MOST)}`
  throw new AppError('invalid_request', { message, param })
}

export function formatAmount(unit: Unit, amount: bigint): string {
  return unit === 'credits' ? formatNanos(amount) : amount.toString()
}
