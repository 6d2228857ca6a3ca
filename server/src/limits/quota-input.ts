import { AppError } from '../errors.ts'
import { PERIODS, type Period } from '../lib/window.ts'
import { parseAmount } from './amount.ts'
import { SUBJECT_KINDS, type SubjectKind, UNITS, type Unit } from './quota.ts'

/** A quota in the words of whoever sets it; the amount as a decimal. */
export interface QuotaInput {
  readonly subject: string
  readonly unit: string
  readonly period: string
  readonly amount: string
}

export interface QuotaFields {
  readonly subject: SubjectKind
  readonly unit: Unit
  readonly period: Period
  readonly amount: bigint
}

/** @throws AppError `invalid_request` naming what may stand there */
export function checkQuota(input: QuotaInput): QuotaFields {
  const unit = oneOf(UNITS, input.unit, 'unit')
  const period = oneOf(PERIODS, input.period, 'period')
  // A request in flight at the end of a window would not count in the next one.
  if (unit === 'in_flight' && period !== 'none') {
    throw new AppError('invalid_request', { message: 'in_flight has the period none', param: 'period' })
  }
  return {
    subject: oneOf(SUBJECT_KINDS, input.subject, 'subject'),
    unit,
    period,
    amount: parseAmount(unit, input.amount),
  }
}

function oneOf<T extends string>(names: readonly T[], text: string, param: string): T {
  const found = names.find((name) => name === text)
  if (found) return found
  const message = `${param} must be one of ${names.join(', ')}`
  throw new AppError('invalid_request', { message, param })
}
