import type { Model } from './catalogue-api.ts'

/** What a model that makes files allows and costs, as the server has it. */
export type Generation = NonNullable<Model['generation']>

/** The same as a form has it. Prices are decimal texts; empty: none. */
export interface GenerationValues {
  per: string
  credits: string
  maxOutputs: number | string
  ratios: string[]
  resolutions: string[]
  resolutionPrices: Record<string, string>
  durationLeast: number | string
  durationMost: number | string
  durationUsual: number | string
  editing: boolean
  timeoutSeconds: number | string
}

export const NEW_GENERATION: GenerationValues = {
  per: 'output',
  credits: '',
  maxOutputs: 1,
  ratios: [],
  resolutions: [],
  resolutionPrices: {},
  durationLeast: '',
  durationMost: '',
  durationUsual: '',
  editing: false,
  timeoutSeconds: 600,
}

/** Whether models of the kind make files, by tasks. */
export function isGenerating(kind: string): boolean {
  return kind !== 'chat' && kind !== 'embedding'
}

export function generationValuesOf(generation: Generation | null | undefined): GenerationValues {
  if (!generation) return NEW_GENERATION
  const { prices, maxOutputs, aspectRatios, resolutions, durations, editing, timeoutMs } = generation
  return {
    per: prices?.per ?? 'output',
    credits: prices?.credits ?? '',
    maxOutputs,
    ratios: [...aspectRatios],
    resolutions: [...resolutions],
    resolutionPrices: { ...prices?.byResolution },
    durationLeast: durations?.min ?? '',
    durationMost: durations?.max ?? '',
    durationUsual: durations?.default ?? '',
    editing,
    timeoutSeconds: timeoutMs / 1000,
  }
}

/** Whether what models of the kind make has a length. */
export function isTimed(kind: string): boolean {
  return kind === 'video' || kind === 'audio'
}

/** Whether it may start from images. */
export function isSeen(kind: string): boolean {
  return kind === 'image' || kind === 'video'
}

export function generationBodyOf(values: GenerationValues & { readonly kind: string }): Generation {
  const timed = isTimed(values.kind)
  const { ratios, resolutions, durationLeast, durationMost, durationUsual } = values
  const credits = values.credits.trim()
  const own = resolutions.flatMap((name) => {
    const price = values.resolutionPrices[name]?.trim()
    return price ? [[name, price] as const] : []
  })
  const [least, most] = [Number(durationLeast) || 1, Number(durationMost)]
  return {
    maxOutputs: Number(values.maxOutputs),
    aspectRatios: ratios,
    resolutions,
    editing: isSeen(values.kind) && values.editing,
    timeoutMs: Number(values.timeoutSeconds) * 1000,
    // What is filled in half is sent as it is, so that the server says what is missing.
    ...(timed &&
      [durationLeast, durationMost, durationUsual].some((seconds) => seconds !== '') && {
        durations: { min: least, max: most, default: Number(durationUsual) || least },
      }),
    ...((credits || own.length > 0) && {
      prices: {
        per: timed ? (values.per as 'output' | 'second') : 'output',
        credits,
        ...(own.length > 0 && { byResolution: Object.fromEntries(own) }),
      },
    }),
  }
}
