import type { ModelConfig, ProviderConfig } from '../../config/config.ts'

/** The provider and the models that are served when nothing is configured. */
export const SANDBOX_PROVIDER: ProviderConfig = {
  id: 'sandbox',
  kind: 'sandbox',
  supports: { responses: false, streamOptions: true, maxCompletionTokens: true },
  connections: 1,
  connectTimeoutMs: 3000,
  headersTimeoutMs: 120_000,
  idleTimeoutMs: 60_000,
}

export const SANDBOX_MODELS: readonly ModelConfig[] = [
  {
    id: 'sandbox-chat',
    kind: 'chat',
    name: 'Sandbox chat',
    description: 'Built in, deterministic, no network: says back what it was told.',
    contextWindow: 32_768,
    maxOutputTokens: 4096,
    vision: true,
    prices: { input: '0.10', output: '0.40' },
    routes: [{ provider: 'sandbox' }],
  },
  {
    id: 'sandbox-embedding',
    kind: 'embedding',
    name: 'Sandbox embedding',
    description: 'Built in, deterministic, no network: a unit vector of 64 numbers.',
    contextWindow: 8192,
    vision: false,
    prices: { input: '0.02' },
    routes: [{ provider: 'sandbox' }],
  },
  {
    id: 'sandbox-image',
    kind: 'image',
    name: 'Sandbox image',
    description: 'Built in, deterministic, no network: draws what identifies the prompt.',
    vision: false,
    generation: {
      prices: { per: 'output', credits: '0.01', byResolution: { '4k': '0.02' } },
      maxOutputs: 4,
      aspectRatios: ['16:9', '9:16', '1:1', '4:3', '3:4'],
      resolutions: ['1k', '2k', '4k'],
      editing: true,
      timeoutMs: 600_000,
    },
    routes: [{ provider: 'sandbox' }],
  },
  {
    id: 'sandbox-audio',
    kind: 'audio',
    name: 'Sandbox audio',
    description: 'Built in, deterministic, no network: plays what identifies the prompt.',
    vision: false,
    generation: {
      prices: { per: 'second', credits: '0.001' },
      maxOutputs: 1,
      aspectRatios: [],
      resolutions: [],
      durations: { min: 1, max: 60, default: 5 },
      editing: false,
      timeoutMs: 600_000,
    },
    routes: [{ provider: 'sandbox' }],
  },
]
