import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Plan } from '../limits/plan.ts'
import { listPlans } from '../limits/plans.ts'
import { toolName, WEB_SEARCH, WEB_SEARCH_ADVANCED } from './tool-name.ts'

/** What a request asks for and its plan does not list. */
export interface Missing {
  readonly kind: 'tool' | 'model'
  readonly name: string
  readonly param: string
  readonly plan: Plan
}

const TOOL_NAMES = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Whether a plan has a tool; who may search with much context may search with little. */
function allowsTool({ tools }: Plan, name: string): boolean {
  if (tools === null) return true
  let names = TOOL_NAMES.get(tools)
  if (!names) {
    names = new Set(tools.map(toolName))
    TOOL_NAMES.set(tools, names)
  }
  return names.has(name) || (name === WEB_SEARCH && names.has(WEB_SEARCH_ADVANCED))
}

/** Whether a plan has a model; without a plan there is no limit. */
export function allowsModel(plan: Plan | null, id: string): boolean {
  return plan === null || plan.models === null || plan.models.includes(id)
}

export function planHas(plan: Plan, kind: Missing['kind'], name: string): boolean {
  return kind === 'tool' ? allowsTool(plan, name) : allowsModel(plan, name)
}

/** The refusal of what a plan does not list; it names the next plan that does, or else the lowest of all. */
export async function planRefusal(deps: Pick<Deps, 'db'>, missing: Missing): Promise<AppError> {
  const { kind, name, param, plan } = missing
  const plans = await listPlans(deps)
  const having = plans.filter((each) => planHas(each, kind, name))
  const needed = having.find(({ rank }) => rank > plan.rank) ?? having[0]
  const above = needed ? plans.filter(({ rank }) => rank > needed.rank) : []
  const orAbove = above.length > 0 && above.every((each) => planHas(each, kind, name)) ? ' or above' : ''
  const advice = needed ? `it needs ${needed.name}${orAbove}` : 'no plan of this server includes it'
  return new AppError(kind === 'tool' ? 'tool_not_in_plan' : 'model_not_in_plan', {
    message: `${labelOf(missing)} is not included in the plan ${plan.name}; ${advice}`,
    param,
    metadata: { [kind]: name, plan: plan.id, needed_plan: needed?.id ?? null },
  })
}

function labelOf({ kind, name }: Missing): string {
  if (kind === 'model') return `The model ${name}`
  return name === WEB_SEARCH_ADVANCED
    ? 'Advanced web search (a search_context_size above low)'
    : `The tool ${name}`
}
