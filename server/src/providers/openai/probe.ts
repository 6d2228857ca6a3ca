import { Client } from 'undici'
import type { ProviderConfig } from '../../config/config.ts'
import type { ProviderCredential } from '../provider.ts'
import { requestHeaders } from './credentials.ts'

/** What a test of the connection found. */
export interface Probe {
  readonly ok: boolean
  readonly status: number | null
  readonly milliseconds: number
  /** For the operator: what it means, or what to do. */
  readonly message: string
  /** What the provider lists. */
  readonly models: readonly string[] | null
}

/** A model that a provider serves, to ask something of one that lists none. */
export interface Sample {
  readonly kind: 'chat' | 'embedding'
  /** The provider's name for it. */
  readonly model: string
}

const TIME_MS = 10_000
const BODY_BYTES_MOST = 4_194_304
const MODELS_MOST = 1000
const NAME_MOST = 200
/** Statuses of a server that has no such address. */
const UNLISTED = new Set([404, 405, 501])

/**
 * Tries a provider with one of its credentials, over a connection of its own: asks for its models or, where it lists
 * none, for the smallest answer of one. It ends after ten seconds at the latest, and follows no redirect.
 */
export async function probe(
  config: ProviderConfig,
  credential: ProviderCredential | undefined,
  sample: Sample | undefined,
): Promise<Probe> {
  const base = new URL(config.baseUrl as string)
  const client = new Client(base.origin, {
    connect: { timeout: Math.min(config.connectTimeoutMs, TIME_MS) },
    headersTimeout: TIME_MS,
    bodyTimeout: TIME_MS,
  })
  const startedAt = performance.now()
  const end = AbortSignal.timeout(TIME_MS)
  const headers = requestHeaders(config, credential?.text)
  const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await client.request({
      path: base.pathname.replace(/\/+$/, '') + path,
      method,
      headers: { ...headers, accept: 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: end,
    })
    return { status: answer.statusCode, text: await readStart(answer.body) }
  }
  const done = (found: Omit<Probe, 'milliseconds'>): Probe => ({
    ...found,
    milliseconds: Math.round(performance.now() - startedAt),
  })
  try {
    if (config.http?.test) {
      const { status } = await ask('GET', config.http.test)
      return done({ ...explain(status, credential), models: null })
    }
    const listed = await ask('GET', '/models')
    const models = listed.status === 200 ? readModels(listed.text) : null
    if (models)
      return done({ ok: true, status: 200, models, message: `It answers and lists ${models.length} models` })
    const unlisted = UNLISTED.has(listed.status) || listed.status === 200
    if (!unlisted || !sample) return done({ ...explain(listed.status, credential), models: null })
    const asked = await ask('POST', ...smallest(sample))
    return done({ ...explain(asked.status, credential), models: null })
  } catch (error) {
    return done({ ok: false, status: null, models: null, message: failure(error as Error, end.aborted) })
  } finally {
    await client.destroy().catch(() => {})
  }
}

function smallest({ kind, model }: Sample): [string, object] {
  if (kind === 'embedding') return ['/embeddings', { model, input: 'Hi' }]
  return ['/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1 }]
}

/** What a status says about the connection. The provider's own words are left out: some repeat what they were sent. */
function explain(status: number, credential: ProviderCredential | undefined) {
  const say = (message: string, ok = false) => ({ ok, status, message: `${message} (${status})` })
  if (status >= 200 && status < 300) return say('It answers', true)
  if (status === 401 || status === 403)
    return say(credential ? 'It refuses the credential' : 'It asks for a credential')
  if (status === 429) return say('It knows the credential, but limits its rate, or its credits are used up')
  if (status >= 300 && status < 400) return say('It redirects elsewhere; name the final address as baseUrl')
  if (UNLISTED.has(status))
    return say('Something answers, but lists no models; check baseUrl, or route a model there and test again')
  if (status >= 500) return say('It fails at present')
  return say('It refuses the request')
}

function failure(error: Error & { code?: string }, late: boolean): string {
  const code = error.code ?? ''
  if (late || /TIMEOUT/.test(code)) return `It does not answer within ${TIME_MS / 1000} seconds`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `Its name cannot be resolved (${code}); check baseUrl`
  if (code === 'ECONNREFUSED') return `Nothing listens there (${code}); check baseUrl`
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code)) return `Its certificate is not accepted (${code})`
  return `The connection fails${code ? ` (${code})` : ''}`
}

/** The ids of a list of models as OpenAI has it; null when it is something else. */
function readModels(text: string): string[] | null {
  try {
    const { data } = JSON.parse(text) as { data?: unknown }
    if (!Array.isArray(data)) return null
    return data
      .map((model) => (model as { id?: unknown } | null)?.id)
      .filter((id): id is string => typeof id === 'string' && id.length <= NAME_MOST)
      .slice(0, MODELS_MOST)
  } catch {
    return null
  }
}

async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > BODY_BYTES_MOST) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
