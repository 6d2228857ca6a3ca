import type { ModelConfig } from '../config/config.ts'
import { AppError } from '../errors.ts'
import { larger } from '../lib/bigints.ts'
import type { Demand } from '../limits/demand.ts'
import type { Unit } from '../limits/quota.ts'
import type { Model } from '../providers/catalogue.ts'
import { contextWindowOf } from '../providers/context-window.ts'
import type { Price } from '../usage/price.ts'
import { refuseCostlyFields } from './budget-fields.ts'
import { inputBound } from './input-bound.ts'
import type { ModelRequest } from './model-request.ts'
import { clientMaximum } from './output-limit.ts'

/** OpenAI's Responses API takes no `max_output_tokens` below this. */
const LEAST_OUTPUT_TOKENS = 16
const CHOICES_MOST = 128

/** Neither counts tokens nor money: nothing has to be bounded, and nothing refused. */
const UNBOUNDED: Demand = {
  inputTokens: 0,
  choices: 1,
  outputTokens: 0,
  leastOutputTokens: 0,
  inputNanos: 0n,
  outputNanos: 0n,
  fixedNanos: 0n,
}

/**
 * The most that a request can cost (DESIGN section 5), for the quotas of these units.
 *
 * @throws AppError `model_not_priced` or `field_not_allowed_under_budget` under a quota of credits, `invalid_request`
 *   when a maximum or `n` is no number to count with, `invalid_json` when it is nested too deeply
 */
export function demandOf(
  request: ModelRequest,
  model: Pick<Model, 'id' | 'config'>,
  price: Price | undefined,
  units: ReadonlySet<Unit>,
): Demand {
  const money = units.has('credits')
  if (!money && !units.has('tokens')) return UNBOUNDED
  if (money) {
    if (!price) throw notPriced(model.id)
    refuseCostlyFields(request)
  }
  const choices = choicesOf(request)
  const maximum = clientMaximum(request)
  const inputTokens = inputBound(request, contextWindowOf(model.config))
  return {
    inputTokens,
    choices,
    ...outputOf(request, model.config, maximum),
    inputNanos: price ? larger(price.inputNanos, price.cachedInputNanos) : 0n,
    outputNanos: price?.outputNanos ?? 0n,
    fixedNanos: 0n,
  }
}

function outputOf(
  { endpoint }: ModelRequest,
  config: ModelConfig,
  maximum: number | undefined,
): Pick<Demand, 'outputTokens' | 'leastOutputTokens'> {
  if (endpoint === 'embeddings') return { outputTokens: 0, leastOutputTokens: 0 }
  const contextWindow = contextWindowOf(config)
  if (maximum !== undefined) {
    // It goes upstream as it is. The model's own maximum is not what binds there: not every provider knows it. The
    // window is, since no answer is longer than that.
    const outputTokens = Math.min(maximum, contextWindow)
    return { outputTokens, leastOutputTokens: outputTokens }
  }
  // The bound of the input is far above it, so what it leaves of the window says nothing: an image would leave nothing.
  const outputTokens = Math.max(
    LEAST_OUTPUT_TOKENS,
    Math.min(config.maxOutputTokens ?? contextWindow, contextWindow),
  )
  return { outputTokens, leastOutputTokens: LEAST_OUTPUT_TOKENS }
}

/** Only a chat has several answers. */
function choicesOf({ endpoint, json: { n } }: ModelRequest): number {
  if (endpoint !== 'chat.completions' || n == null) return 1
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > CHOICES_MOST) {
    const message = `n must be a whole number from 1 to ${CHOICES_MOST}`
    throw new AppError('invalid_request', { message, param: 'n' })
  }
  return n
}

function notPriced(id: string): AppError {
  const message = `The model ${id} has no price, so it cannot be used under a budget; ask the operator`
  return new AppError('model_not_priced', { message, param: 'model' })
}
