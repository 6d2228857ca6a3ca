/** Models that make files on the sandbox, and what tests of tasks ask of them. */
import type { Json } from './wire.ts'

/** A script of the sandbox at the end of a prompt. */
export const scripted = (script: Json, text = 'A cat') => `${text} #sandbox ${JSON.stringify(script)}`

const image = { maxOutputs: 4, aspectRatios: ['16:9', '9:16'], resolutions: ['1k', '2k'], editing: true }

/** A part of a configuration: `draw` at 0.01 an image, `draw-free` without a price, `sing` at 0.02 a second. */
export const GENERATION = {
  provider: { id: 'sandbox', kind: 'sandbox' },
  models: [
    {
      id: 'draw',
      kind: 'image',
      generation: { ...image, prices: { credits: '0.01' } },
      routes: [{ provider: 'sandbox' }],
    },
    { id: 'draw-free', kind: 'image', generation: image, routes: [{ provider: 'sandbox' }] },
    {
      id: 'draw-hasty',
      kind: 'image',
      generation: { ...image, timeoutMs: 1500, prices: { credits: '0.01' } },
      routes: [{ provider: 'sandbox' }],
    },
    {
      id: 'sing',
      kind: 'audio',
      generation: {
        prices: { per: 'second', credits: '0.02' },
        durations: { min: 1, max: 10, default: 2 },
      },
      routes: [{ provider: 'sandbox' }],
    },
  ],
} as const

/** The same beside the models of another configuration. */
export function withGeneration(config: object): object {
  const { providers = [], models = [] } = config as { providers?: object[]; models?: object[] }
  return {
    ...config,
    providers: [...providers, GENERATION.provider],
    models: [...models, ...GENERATION.models],
  }
}
