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
]
