import { join } from 'node:path'
import { BATCHES } from '../../src/batches.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import type { UsageEvent } from '../../src/usage/usage-event.ts'
import type { Installation, Server } from './claviger.ts'
import type { Sink } from './sink.ts'
import { SILENT, TEST_THREAD } from './stores.ts'
import { commitRows, usageRow } from './usage-rows.ts'
import { until } from './wire.ts'

const DAY_MS = 86_400_000
const DAYS = 30
const PROMPT = 'A lighthouse at dusk, in watercolour'

/** A server as somebody runs it: two providers of text, and the sandbox for pictures and sounds. */
export function furnishedConfig(upstreamUrl: string, sinkPort: number): object {
  const openai = { kind: 'openai', baseUrl: upstreamUrl, apiKey: 'sk-upstream-secret' }
  const chat = { contextWindow: 128_000, maxOutputTokens: 8192 }
  const image = {
    maxOutputs: 4,
    aspectRatios: ['16:9', '1:1', '9:16'],
    resolutions: ['1k', '2k', '4k'],
    editing: true,
  }
  const sandbox = { routes: [{ provider: 'sandbox' }] }
  return {
    outbound: { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [sinkPort, 9] },
    providers: [
      { id: 'mistral', ...openai },
      { id: 'vllm', ...openai },
      { id: 'sandbox', kind: 'sandbox' },
    ],
    models: [
      {
        id: 'mistral-large',
        ...chat,
        prices: { input: '2.00', output: '6.00' },
        routes: [{ provider: 'mistral' }, { provider: 'vllm' }],
      },
      {
        id: 'llama-3.3-70b',
        ...chat,
        prices: { input: '0.60', output: '0.80' },
        routes: [{ provider: 'vllm' }],
      },
      {
        id: 'nomic-embed-text',
        kind: 'embedding',
        contextWindow: 8192,
        prices: { input: '0.05' },
        routes: [{ provider: 'vllm' }],
      },
      {
        id: 'flux-image',
        kind: 'image',
        name: 'Flux image',
        generation: { ...image, prices: { credits: '0.01', byResolution: { '4k': '0.02' } } },
        ...sandbox,
      },
      {
        id: 'narrator',
        kind: 'audio',
        name: 'Narrator',
        generation: {
          prices: { per: 'second', credits: '0.002' },
          durations: { min: 1, max: 30, default: 3 },
        },
        ...sandbox,
      },
    ],
  }
}

type Post = <T>(path: string, body: object) => Promise<T>

/**
 * Fills an organisation with what a month of work leaves: projects, keys, requests, tasks, webhooks.
 *
 * @returns the id of a task that made pictures
 */
export async function furnish(
  installation: Installation,
  { url }: Server,
  cookies: readonly { name: string; value: string }[],
  sink: Sink,
): Promise<string> {
  const headers = {
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    origin: url,
    'content-type': 'application/json',
  }
  // biome-ignore lint/suspicious/noExplicitAny: each caller says what it asked for
  const ask = async (path: string, body?: object): Promise<any> => {
    const answer = await fetch(url + path, {
      headers,
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const post: Post = (path, body) => ask(path, body)
  const me = (await ask('/api/dashboard/me')).data
  const subject = { user_id: me.user.id, organization_id: me.organizations[0].id }
  await commitHistory(installation, await makeKeys(post), subject)
  await post('/api/dashboard/webhooks', { url: sink.url('/claviger'), description: 'Web shop, production' })
  await post('/api/dashboard/webhooks', {
    url: 'http://127.0.0.1:9/hook',
    events: ['task.failed', 'key.revoked'],
  })
  const task = await makeTasks(post)
  await until('the end of the tasks', async () => {
    const { data } = await ask('/api/dashboard/tasks?status=completed')
    return data.length === 3
  })
  await sink.wait('the delivery', ({ json }) => json.task_id === task)
  return task
}

interface KeyOfProject {
  readonly key_id: string
  readonly project_id: string | null
}

async function makeKeys(post: Post): Promise<KeyOfProject[]> {
  const project = async (name: string) =>
    (await post<{ data: { id: string } }>('/api/dashboard/projects', { name })).data.id
  const [support, shop] = [await project('Support assistant'), await project('Web shop')]
  const keys = [
    { name: 'Support assistant, production', project_id: support, limit: 200, limit_reset: 'monthly' },
    { name: 'Product texts, nightly', project_id: shop, limit: 40, limit_reset: 'weekly' },
    { name: 'Search index', project_id: shop },
    { name: 'Notebook', limit: 5, expires_at: new Date(Date.now() + 9 * DAY_MS).toISOString() },
  ]
  const made: KeyOfProject[] = []
  for (const key of keys) {
    const { data } = await post<{ data: { hash: string } }>('/api/v1/keys', key)
    made.push({ key_id: data.hash, project_id: key.project_id ?? null })
  }
  return made
}

const PRICES = {
  'mistral-large': { provider: 'mistral', input: 2000n, output: 6000n },
  'llama-3.3-70b': { provider: 'vllm', input: 600n, output: 800n },
  'nomic-embed-text': { provider: 'vllm', input: 50n, output: 0n },
} as const
const MODELS = ['mistral-large', 'llama-3.3-70b', 'mistral-large', 'nomic-embed-text'] as const

/** A month of requests: fewer at the weekend, slowly more, the same ones each time. */
async function commitHistory(
  { dir, env }: Installation,
  keys: readonly KeyOfProject[],
  subject: Pick<UsageEvent, 'user_id' | 'organization_id'>,
): Promise<void> {
  const store = env.DATABASE_URL
    ? await openPostgres(env.DATABASE_URL, 2, BATCHES, SILENT)
    : await openSqlite(join(dir, 'claviger.db'), TEST_THREAD)
  let seed = 7
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  try {
    for (let day = DAYS - 1; day >= 0; day--) {
      const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS - day * DAY_MS
      const isFree = [0, 6].includes(new Date(midnight).getUTCDay())
      const count = Math.round((isFree ? 8 : 26 + (DAYS - day) / 2) * (0.8 + random() * 0.4))
      const times = Array.from({ length: count }, () => midnight + random() * DAY_MS)
      const past = times.filter((at) => at < Date.now() - 60_000)
      await commitRows(
        store,
        past.map((at) => oneRequest(Math.floor(at), random, keys, subject)),
      )
    }
  } finally {
    await store.close()
  }
}

function oneRequest(
  at: number,
  random: () => number,
  keys: readonly KeyOfProject[],
  subject: Pick<UsageEvent, 'user_id' | 'organization_id'>,
): UsageEvent {
  const which = Math.floor(random() ** 1.6 * keys.length)
  const model = MODELS[which] ?? 'mistral-large'
  const { provider, input, output } = PRICES[model]
  const failed = random() < 0.015
  const [read, written] = [400 + Math.floor(random() * 40_000), Math.floor(random() * 6000)]
  const tokens = failed
    ? { input_tokens: 0, output_tokens: 0, cost_nanos: 0n }
    : {
        input_tokens: read,
        output_tokens: output === 0n ? 0 : written,
        cost_nanos: BigInt(read) * input + BigInt(written) * output,
      }
  const duration = 300 + Math.floor(random() * 4000)
  return usageRow({
    ...keys[which],
    ...subject,
    ...tokens,
    started_at: at,
    finished_at: at + duration,
    endpoint: output === 0n ? 'embeddings' : 'chat.completions',
    model,
    provider,
    provider_model: model,
    streamed: random() < 0.6 && output > 0n ? 1 : 0,
    cached_tokens: 0,
    reasoning_tokens: 0,
    first_byte_ms: 120 + Math.floor(random() * 400),
    ...(failed && { status: 502, outcome: 'failed', error_code: 'upstream_error', cost_basis: 'none' }),
  })
}

/** Pictures, a sound, a failure and one that is still under way. */
async function makeTasks(post: Post): Promise<string> {
  const generate = async (body: object) =>
    (await post<{ data: { id: string } }>('/api/dashboard/playground/generate', body)).data.id
  await generate({ model: 'narrator', prompt: 'Good morning, and welcome on board.' })
  await generate({ model: 'flux-image', prompt: 'A harbour in fog, seen from the pier', aspect_ratio: '1:1' })
  await generate({ model: 'flux-image', prompt: 'A cat #sandbox {"refuse": true}' })
  await generate({ model: 'flux-image', prompt: 'A storm at sea #sandbox {"polls": 100000}' })
  return generate({ model: 'flux-image', prompt: PROMPT, num_outputs: 2, resolution: '2k' })
}
