import type { Period } from '../lib/window.ts'
import type { PlanTable } from '../storage/tables.ts'
import type { SubjectKind, Unit } from './quota.ts'

/** A quota as a plan gives it: to every subject of its kind, each on a counter of its own. */
export interface PlanQuota {
  readonly subject: SubjectKind
  readonly unit: Unit
  readonly period: Period
  /** Nano-credits for credits, whole numbers else. */
  readonly amount: bigint
}

/** A set of quotas and rights under a name; the higher rank has more. */
export interface Plan {
  readonly id: string
  readonly name: string
  readonly rank: number
  /** Names of the tools that it allows; null for all. */
  readonly tools: readonly string[] | null
  /** Ids of the models that it allows; null for all. */
  readonly models: readonly string[] | null
  readonly quotas: readonly PlanQuota[]
}

type PlanFields = Omit<PlanTable, 'created_at' | 'updated_at'>

export function readPlan(row: PlanFields): Plan {
  const list = (text: string | null) => (text === null ? null : (JSON.parse(text) as string[]))
  const quotas = JSON.parse(row.quotas) as (Omit<PlanQuota, 'amount'> & { readonly amount: string })[]
  return {
    id: row.id,
    name: row.name,
    rank: row.rank,
    tools: list(row.tools),
    models: list(row.models),
    quotas: quotas.map((quota) => ({ ...quota, amount: BigInt(quota.amount) })),
  }
}

export function writePlan(plan: Plan): PlanFields {
  const list = (items: readonly string[] | null) => (items === null ? null : JSON.stringify(items))
  return {
    id: plan.id,
    name: plan.name,
    rank: plan.rank,
    tools: list(plan.tools),
    models: list(plan.models),
    quotas: JSON.stringify(plan.quotas.map((quota) => ({ ...quota, amount: quota.amount.toString() }))),
  }
}
