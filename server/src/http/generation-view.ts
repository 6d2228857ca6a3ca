import type { Static } from 'typebox'
import type { GenerationConfig } from '../config/config.ts'
import { Type } from '../lib/schema.ts'

const Nothing = Type.Null()

/** What a model that makes files allows, and what it costs; in the lists of models. */
export const GenerationView = Type.Object(
  {
    max_outputs: Type.Integer(),
    aspect_ratios: Type.Array(Type.String(), { description: 'The first is taken where a task names none' }),
    resolutions: Type.Array(Type.String()),
    durations: Type.Union([
      Type.Object({ min: Type.Integer(), max: Type.Integer(), default: Type.Integer() }),
      Nothing,
    ]),
    editing: Type.Boolean({ description: 'Takes `image_urls`' }),
    prices: Type.Union([
      Type.Object({
        per: Type.Enum(['output', 'second']),
        credits: Type.String(),
        by_resolution: Type.Record(Type.String(), Type.String()),
      }),
      Nothing,
    ]),
  },
  { description: 'Of models for `POST /v1/generate`' },
)

export function describeGeneration(generation: GenerationConfig): Static<typeof GenerationView> {
  const { maxOutputs, aspectRatios, resolutions, durations, editing, prices } = generation
  return {
    max_outputs: maxOutputs,
    aspect_ratios: aspectRatios,
    resolutions,
    durations: durations ?? null,
    editing,
    prices: prices
      ? { per: prices.per, credits: prices.credits, by_resolution: prices.byResolution ?? {} }
      : null,
  }
}
