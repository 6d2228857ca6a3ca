import { createHmac, randomBytes } from 'node:crypto'

/** Standard Webhooks 1.0.0: 24 to 64 random bytes. */
const SECRET_BYTES = 32
const MARK = 'whsec_'

/** A secret as it is shown, once. */
export function makeWebhookSecret(): string {
  return `${MARK}${randomBytes(SECRET_BYTES).toString('base64')}`
}

export interface Signed {
  readonly id: string
  /** Seconds since the epoch, of this attempt. */
  readonly timestamp: number
  readonly body: string
}

/**
 * The headers that let a receiver tell that a body is ours: those of Standard Webhooks 1.0.0 with a signature under each
 * secret, and the pair `X-<Brand>-Timestamp`, `X-<Brand>-Signature` under the newest, whose key is the secret's text as
 * it was shown.
 *
 * @param secrets newest first; none: the headers say who and when alone
 */
export function signatureHeaders(
  brand: string,
  secrets: readonly string[],
  { id, timestamp, body }: Signed,
): Record<string, string> {
  const name = `X-${brand.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')}`
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    [`${name}-Timestamp`]: String(timestamp),
  }
  const [newest] = secrets
  if (newest === undefined) return headers
  const own = createHmac('sha256', newest).update(`${timestamp}.${body}`).digest('hex')
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(MARK.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { ...headers, 'webhook-signature': signatures.join(' '), [`${name}-Signature`]: `sha256=${own}` }
}
