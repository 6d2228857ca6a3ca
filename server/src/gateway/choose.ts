import type { AutoRuleConfig } from '../config/config.ts'
import { isGenerationKind } from '../config/entries.ts'
import { AppError } from '../errors.ts'
import type { Catalogue, Model, Route } from '../providers/catalogue.ts'
import type { Endpoint, ModelRequest } from './model-request.ts'
import { allowsModel } from './plan-rights.ts'
import { fold } from './tool-name.ts'

export interface Choice {
  readonly model: Model
  /** In the order in which they are to be tried. */
  readonly routes: readonly Route[]
}

/**
 * Which model and which routes serve the request. Routes that rest after failures come last: better a doubtful answer
 * than none.
 *
 * @throws AppError `model_not_found`, `model_forbidden`, `invalid_request` when the model is of another kind
 */
export function choose(catalogue: Catalogue, request: ModelRequest, nowMs: number): Choice {
  const model =
    request.modelName === 'auto' ? chooseAuto(catalogue, request) : catalogue.models.get(request.modelName)
  if (!model) {
    throw new AppError('model_not_found', { message: unknownModel(request.modelName), param: 'model' })
  }
  if (!mayUse(request, model)) {
    throw new AppError('model_forbidden', {
      message: `This API key may not use the model ${model.id}`,
      param: 'model',
    })
  }
  refuseOtherModels(request)
  const kind = kindFor(request.endpoint)
  if (model.kind !== kind) {
    throw new AppError('invalid_request', {
      message: `The model ${model.id} is not a model for ${kind}${isGenerationKind(model.kind) ? ': it makes files; send it to POST /v1/generate' : ''}`,
      param: 'model',
    })
  }
  const rested = model.routes.filter((route) => !route.health.rests(nowMs))
  const resting = model.routes.filter((route) => route.health.rests(nowMs))
  return { model, routes: [...rested, ...resting] }
}

/** What to say of a model's name that is none. */
export function unknownModel(name: string): string {
  return `The model ${JSON.stringify(name.slice(0, 128))} does not exist; GET /v1/models lists what does`
}

function kindFor(endpoint: Endpoint): Model['kind'] {
  return endpoint === 'embeddings' ? 'embedding' : 'chat'
}

function mayUse({ caller: { allowedModels } }: ModelRequest, model: Model): boolean {
  return allowedModels === null || allowedModels.includes(model.id)
}

/**
 * Where models are limited, none may be named past the one that was chosen: OpenRouter answers with another one of
 * `models`, and a provider that does not mind the case of names takes `Model` for the model.
 */
function refuseOtherModels({ caller: { allowedModels, limits }, json }: ModelRequest): void {
  if (allowedModels === null && (limits.plan === null || limits.plan.models === null)) return
  for (const field in json) {
    const name = fold(field)
    if ((name !== 'models' && (name !== 'model' || field === 'model')) || json[field] == null) continue
    if (Array.isArray(json[field]) && json[field].length === 0) continue
    const message = 'The models of this caller are limited: name one of them as model, and no others'
    throw new AppError('model_forbidden', { message, param: field.slice(0, 64) })
  }
}

/**
 * The first rule that applies decides, among the models that key and plan allow; without a rule the first such model.
 * Where the plan allows none of the key's, it is one that the plan is asked about.
 */
function chooseAuto(catalogue: Catalogue, request: ModelRequest): Model | undefined {
  const kind = kindFor(request.endpoint)
  const { plan } = request.caller.limits
  const mayTake = (model: Model) => model.kind === kind && mayUse(request, model)
  for (const rule of catalogue.auto) {
    const model = catalogue.models.get(rule.model)
    if (model && mayTake(model) && allowsModel(plan, model.id) && applies(rule, request)) return model
  }
  let outside: Model | undefined
  for (const model of catalogue.models.values()) {
    if (!mayTake(model)) continue
    if (allowsModel(plan, model.id)) return model
    outside ??= model
  }
  return outside
}

function applies(rule: AutoRuleConfig, request: ModelRequest): boolean {
  if (rule.minInputBytes !== undefined && request.body.length < rule.minInputBytes) return false
  if (rule.images !== undefined && rule.images !== hasImages(request)) return false
  if (
    rule.tools !== undefined &&
    rule.tools !== (Array.isArray(request.json.tools) && request.json.tools.length > 0)
  )
    return false
  return true
}

function hasImages(request: ModelRequest): boolean {
  return request.body.includes('"image_url"') || request.body.includes('"input_image"')
}
