import type { Period } from '../lib/window.ts'

/**
 * Everything that limits is a quota: an amount of one unit, for one subject, over one period (DESIGN section 5). A
 * prepaid balance is a quota of credits without a period whose amount is what was granted.
 */
export const SUBJECT_KINDS = ['key', 'end_user', 'project', 'user', 'organization'] as const
export const UNITS = ['credits', 'requests', 'tokens', 'in_flight'] as const

export type SubjectKind = (typeof SUBJECT_KINDS)[number]
export type Unit = (typeof UNITS)[number]

export interface Quota {
  readonly subjectKind: SubjectKind
  readonly subjectId: string
  readonly unit: Unit
  readonly period: Period
  /** Nano-credits for credits, whole numbers else. Null: a balance, whose amount is what was granted so far. */
  readonly amount: bigint | null
  /** Least that must be left for a request to be looked at at all (a balance's minimum); nano-credits. */
  readonly minimum: bigint
  /** The identity of its counter: limits may change, the count goes on. */
  readonly counter: string
}

/** What a quota's counter says of its newest window. Amounts in the quota's unit. */
export interface Counter {
  /** When the window began, in milliseconds; 0 for a quota without a period. */
  readonly windowStart: number
  readonly spent: bigint
  readonly held: bigint
  readonly granted: bigint
}

/** @param amount in the unit; null for a balance */
export function quotaOf(
  subjectKind: SubjectKind,
  subjectId: string,
  unit: Unit,
  period: Period,
  amount: bigint | null,
  minimum = 0n,
): Quota {
  // A balance counts for itself: a budget of the same organisation may stand beside it.
  const counter = `${subjectKind}:${subjectId}:${unit}:${amount === null ? 'balance' : period}`
  return { subjectKind, subjectId, unit, period, amount, minimum, counter }
}

export interface CounterName {
  readonly subjectKind: SubjectKind
  readonly subjectId: string
  readonly unit: Unit
  readonly period: Period
  readonly balance: boolean
}

/** What a counter's identity says; the subject's own id may hold colons. */
export function readCounter(counter: string): CounterName {
  const parts = counter.split(':')
  const period = parts.at(-1) as Period | 'balance'
  return {
    subjectKind: parts[0] as SubjectKind,
    subjectId: parts.slice(1, -2).join(':'),
    unit: parts.at(-2) as Unit,
    period: period === 'balance' ? 'none' : period,
    balance: period === 'balance',
  }
}
