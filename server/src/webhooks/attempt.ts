import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { OutboundAnswer, OutboundClient } from '../outbound/client.ts'
import { OutboundFailed, OutboundRefused } from '../outbound/outbound-error.ts'
import type { DeliveryRow } from './deliveries.store.ts'
import { type EndpointRow, findEndpoint, findOwn, findRecipient } from './endpoints.store.ts'
import { currentSecrets } from './sealed-secret.ts'
import { signatureHeaders } from './signature.ts'

/** For all of an attempt. */
const TIME_MS = 15_000
/** How much of an answer is read, and how much of that is kept for the log. */
const READ_BYTES = 65_536
const KEPT_CHARACTERS = 1024
const RETRY_AFTER_MOST_S = 86_400
/** A secret that cannot be opened is an operator's to mend; about as long as deliveries are tried. */
const UNOPENED_WAIT_MS = 300_000
const UNOPENED_MOST_MS = 28 * 3_600_000

export interface Outcome {
  readonly delivered: boolean
  /** Repeating it cannot help. */
  readonly final: boolean
  readonly status: number | null
  /** For whoever owns the address. */
  readonly error: string | null
  readonly response: string | null
  /** How long the receiver asks to be left alone, in milliseconds. */
  readonly waitMs: number
  /** Whether something was sent, or tried to be. */
  readonly sent: boolean
  /** The address that was asked; an endpoint may have another one meanwhile. */
  readonly url: string
}

/** Tries a delivery once, signed by whoever owns the address, at the time of now. */
export async function attempt(
  deps: Deps,
  client: OutboundClient,
  delivery: DeliveryRow,
  signal: AbortSignal,
): Promise<Outcome> {
  const endpoint =
    delivery.endpoint_id === null
      ? await findOwn(deps.db, delivery.organization_id, delivery.user_id)
      : await findEndpoint(deps.db, delivery.endpoint_id)
  // An endpoint may have moved since.
  const url = endpoint?.url ?? delivery.url
  const nothing = { ...NOTHING, url }
  const refused = await whyNot(deps, delivery, endpoint)
  if (refused !== undefined) return { ...nothing, final: true, error: refused }
  const secrets = openSecrets(deps, endpoint)
  if (!secrets) {
    const final = deps.now() - delivery.created_at > UNOPENED_MOST_MS
    return { ...nothing, final, waitMs: UNOPENED_WAIT_MS, error: 'The secret cannot be opened at present' }
  }
  const timestamp = Math.floor(deps.now() / 1000)
  const signed = { id: delivery.id, timestamp, body: delivery.payload }
  const headers = signatureHeaders(deps.config.brand, secrets, signed)
  try {
    const answer = await client.request({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: delivery.payload,
      timeoutMs: TIME_MS,
      maxBytes: READ_BYTES,
      signal,
    })
    const hidden = [...secrets, ...Object.values(headers).flatMap((value) => value.split(/[ ,=]/))]
    return { ...outcomeOf(answer, hidden, deps.now()), url }
  } catch (error) {
    if (!(error instanceof OutboundRefused) && !(error instanceof OutboundFailed)) throw error
    const status = error instanceof OutboundFailed ? (error.status ?? null) : null
    return { ...nothing, status, error: `Not delivered: ${error.message}`, sent: true }
  }
}

/** Undefined when the newest cannot be opened: nothing is sent unsigned for want of a sealing key. */
function openSecrets(deps: Deps, endpoint: EndpointRow | undefined): string[] | undefined {
  try {
    return currentSecrets(deps, endpoint)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function outcomeOf(
  { status, headers, body }: OutboundAnswer,
  hidden: readonly string[],
  now: number,
): Omit<Outcome, 'url'> {
  const delivered = status >= 200 && status < 300
  return {
    delivered,
    final: status === 410,
    status,
    error: delivered ? null : `The receiver answered ${status}`,
    response: shown(body, hidden),
    waitMs: status === 429 || status === 503 ? waitOf(headers['retry-after'], now) : 0,
    sent: true,
  }
}

const NOTHING: Omit<Outcome, 'url'> = {
  delivered: false,
  final: false,
  status: null,
  error: null,
  response: null,
  waitMs: 0,
  sent: false,
}

async function whyNot(
  deps: Deps,
  delivery: DeliveryRow,
  endpoint: EndpointRow | undefined,
): Promise<string | undefined> {
  if (delivery.endpoint_id !== null) {
    if (!endpoint) return 'The endpoint was deleted'
    if (endpoint.state === 'disabled') return `The endpoint is disabled: ${endpoint.disabled_reason}`
  }
  const standing = await findRecipient(deps.db, delivery.organization_id, delivery.user_id)
  if (standing?.status !== 'active') return 'The organisation is suspended or gone'
  // An endpoint is the organisation's, and is told of what becomes of the keys of those who leave.
  if (delivery.endpoint_id !== null) return undefined
  if (standing.member === null || standing.banned)
    return 'Whose task it is, is suspended or no member of the organisation any more'
  if (endpoint?.sealed != null || deps.config.webhooks.allowUnsigned) return undefined
  return 'There is no webhook secret to sign it with: generate one in the dashboard, then redeliver'
}

/** The beginning of an answer, as text that a page and any database can take, without what must not be shown. */
function shown(body: Buffer, hidden: readonly string[]): string | null {
  let text = body.toString('utf8')
  for (const secret of hidden.filter(({ length }) => length > 16)) text = text.replaceAll(secret, '***')
  const clean = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ').slice(0, KEPT_CHARACTERS)
  return clean === '' ? null : clean.toWellFormed()
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function waitOf(header: string | string[] | undefined, now: number): number {
  if (typeof header !== 'string') return 0
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000
  return seconds > 0 ? Math.min(seconds, RETRY_AFTER_MOST_S) * 1000 : 0
}
