/** What tests of limits need: quotas by the operator's command, amounts without rounding, and many requests at once. */
import { Pool } from 'undici'
import type { Installation } from './claviger.ts'
import type { Caller, Json } from './wire.ts'

export interface QuotaToSet {
  /** E-mail address of whose organisation it is. */
  readonly user: string
  /** Which key; left out for the organisation itself. */
  readonly key?: string
  readonly unit: 'credits' | 'requests' | 'tokens' | 'in_flight'
  readonly period: 'minute' | 'day' | 'week' | 'month' | 'none'
  readonly amount: string
}

export async function setQuota({ admin }: Installation, quota: QuotaToSet): Promise<void> {
  const { user, key, unit, period, amount } = quota
  const subject = key === undefined ? [] : ['--subject', 'key', '--id', key]
  const what = ['--unit', unit, '--period', period, '--amount', amount]
  await admin('admin', 'quotas', 'set', '--user', user, ...subject, ...what)
}

/** Nano-credits of a decimal text or of a JSON number, which is exact up to 2^53. */
export function nanosOf(credits: string | number): bigint {
  const text = typeof credits === 'number' ? credits.toFixed(9) : credits
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(9, '0'))
}

/** The JSON number of an amount of nano-credits. */
export function creditsOf(nanos: bigint): number {
  return Number(`${nanos / 1_000_000_000n}.${(nanos % 1_000_000_000n).toString().padStart(9, '0')}`)
}

export interface RefusalMetadata {
  readonly limit_source: string
  readonly subject: string
  readonly unit: string
  readonly period: string
  readonly limit: string | null
  readonly remaining: string
  readonly needed: string
  readonly resets_at: string | null
}

/** What a refusal under /api/v1 says of the limit; undefined when it is another error. */
export function metadataOf(body: unknown): RefusalMetadata | undefined {
  const { error } = body as { error?: { metadata?: Partial<RefusalMetadata> } }
  return error?.metadata?.limit_source === undefined ? undefined : (error.metadata as RefusalMetadata)
}

/**
 * What the gateway holds for a body at the least, in nano-credits: what it says is needed where nothing is left.
 *
 * @param broke a key whose limit is 0
 */
export async function holdOf(broke: Caller, path: string, body: Json): Promise<bigint> {
  const answer = await broke.post(path.replace(/^\/v1/, '/api/v1'), body)
  const text = await answer.text()
  const metadata = metadataOf(JSON.parse(text))
  if (!metadata) throw new Error(`No refusal by a limit: ${answer.status} ${text}`)
  return nanosOf(metadata.needed)
}

export interface Answer {
  readonly status: number
  readonly body: Json
}

/** Sends requests all at once, in turn to each of the servers, every one on a connection of its own. */
export async function sendAtOnce(
  urls: readonly string[],
  key: string,
  path: string,
  bodies: readonly Json[],
): Promise<Answer[]> {
  const connections = Math.ceil(bodies.length / urls.length)
  const timeouts = { connect: { timeout: 60_000 }, headersTimeout: 60_000, bodyTimeout: 60_000 }
  const pools = urls.map((url) => new Pool(url, { connections, pipelining: 1, ...timeouts }))
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  try {
    return await Promise.all(
      bodies.map(async (body, index) => {
        const pool = pools[index % pools.length] as Pool
        const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) })
        return { status: answer.statusCode, body: (await answer.body.json()) as Json }
      }),
    )
  } finally {
    await Promise.all(pools.map((pool) => pool.close()))
  }
}
