import { createHash } from 'node:crypto'
import type { GenerationConfig, ModelConfig } from '../config/config.ts'
import { isGenerationKind } from '../config/entries.ts'
import { AppError } from '../errors.ts'
import { parseNanos } from '../lib/decimal.ts'
import type { GenerationJob, TaskType } from './generation.ts'

/** A model of the catalogue, or one that is listed. */
interface Entry {
  readonly id: string
  readonly config: ModelConfig
}

/** What a client asks a model to make, as far as the model has a say in it. */
export type GenerationInput = Pick<
  GenerationJob,
  'outputs' | 'aspectRatio' | 'resolution' | 'durationSeconds' | 'imageUrls'
>

export interface TaskPrice {
  /** Nano-credits of everything that was asked for; no task costs more. */
  readonly greatest: bigint
  /** Nano-credits of one output, or of one second of one output. */
  readonly each: bigint
  readonly unit: 'output' | 'second'
  /** Stands on the usage row, as that of a price of tokens does. */
  readonly version: string
}

/**
 * What the model makes and allows.
 *
 * @throws AppError `validation_failed` when it makes no files
 */
export function generationOf({ id, config }: Entry): GenerationConfig {
  if (config.generation && isGenerationKind(config.kind)) return config.generation
  const message = `The model ${id} is a model for ${config.kind} and makes no files; GET /v1/models lists those with a member generation`
  throw new AppError('validation_failed', { message, param: 'model' })
}

/**
 * Checks an input against what its model allows, and fills in what the model takes where nothing was named.
 *
 * @throws AppError `validation_failed` naming the field and the values that are allowed
 */
export function checkAgainstModel(model: Entry, input: GenerationInput): GenerationInput {
  const allowed = generationOf(model)
  if (input.outputs > allowed.maxOutputs)
    refuse(model, 'num_outputs', `makes at most ${allowed.maxOutputs} at once`)
  oneOf(model, 'aspect_ratio', input.aspectRatio, allowed.aspectRatios)
  oneOf(model, 'resolution', input.resolution, allowed.resolutions)
  checkDuration(model, input.durationSeconds, allowed.durations)
  if (input.imageUrls.length > 0 && !allowed.editing)
    refuse(model, 'image_urls', 'takes no images to start from')
  const aspectRatio = input.aspectRatio ?? allowed.aspectRatios[0]
  const durationSeconds = input.durationSeconds ?? allowed.durations?.default
  return {
    ...input,
    ...(aspectRatio !== undefined && { aspectRatio }),
    ...(durationSeconds !== undefined && { durationSeconds }),
  }
}

/** What is made: images that start from others are edits. @throws AppError `validation_failed` */
export function taskTypeOf(model: Entry, { imageUrls }: Pick<GenerationInput, 'imageUrls'>): TaskType {
  generationOf(model)
  const { kind } = model.config
  if (kind === 'video') return 'video_generate'
  if (kind === 'audio') return 'audio_generate'
  if (kind === 'text') return 'text_generate'
  return imageUrls.length > 0 ? 'image_edit' : 'image_generate'
}

/**
 * What a checked input costs; undefined when the model has no price. Charged is `each` for every output or second that
 * was made.
 */
export function priceOfTask(model: Entry, input: GenerationInput): TaskPrice | undefined {
  const { prices } = generationOf(model)
  if (!prices) return undefined
  const own = input.resolution === undefined ? undefined : prices.byResolution?.[input.resolution]
  const each = parseNanos(own ?? prices.credits) ?? 0n
  const seconds = prices.per === 'second' ? (input.durationSeconds ?? 0) : 1
  const version = createHash('sha256').update(JSON.stringify(prices)).digest('hex').slice(0, 12)
  return { greatest: each * BigInt(input.outputs * seconds), each, unit: prices.per, version }
}

function oneOf(model: Entry, param: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return
  refuse(
    model,
    param,
    allowed.length > 0 ? `takes one of ${allowed.join(', ')}` : `takes no ${param}; leave it out`,
  )
}

function checkDuration(
  model: Entry,
  seconds: number | undefined,
  allowed: GenerationConfig['durations'],
): void {
  if (seconds === undefined) return
  if (!allowed) refuse(model, 'duration', 'takes no duration; leave it out')
  else if (seconds < allowed.min || seconds > allowed.max)
    refuse(model, 'duration', `makes ${allowed.min} to ${allowed.max} seconds`)
}

function refuse({ id }: Entry, param: string, rule: string): never {
  throw new AppError('validation_failed', { message: `${param}: the model ${id} ${rule}`, param })
}
