import type { Choice } from './choose.ts'
import { type HostedTool, hostedTools, searchesOnline } from './hosted-tools.ts'
import type { ModelRequest } from './model-request.ts'
import { allowsModel, type Missing, planHas } from './plan-rights.ts'
import { WEB_SEARCH } from './tool-name.ts'

/**
 * The first of what a request asks for that its plan does not list: its model, or a tool that a provider runs. Where the
 * plan lists all, or there is none, nothing is looked at.
 *
 * @throws AppError `invalid_request` or `invalid_json` when a tool cannot be read
 */
export function missingInPlan(request: ModelRequest, choice: Choice): Missing | undefined {
  const { plan } = request.caller.limits
  if (plan === null) return undefined
  const { id } = choice.model
  if (!allowsModel(plan, id)) return { kind: 'model', name: id, param: 'model', plan }
  if (plan.tools === null) return undefined
  for (const { name, param } of toolsOf(request, choice)) {
    if (!planHas(plan, 'tool', name)) return { kind: 'tool', name, param, plan }
  }
  return undefined
}

function* toolsOf({ json }: ModelRequest, { routes }: Choice): Generator<HostedTool> {
  yield* hostedTools(json)
  // The operator's own name for the model may hide what the provider's says.
  if (routes.some(({ model }) => searchesOnline(model))) yield { name: WEB_SEARCH, param: 'model' }
}
