import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

/** What a client does in turn: every endpoint, streamed and not, as the provider speaks it and translated. */
const KINDS = [
  { name: 'chat', path: '/v1/chat/completions', model: 'chat', stream: false },
  { name: 'chat streamed', path: '/v1/chat/completions', model: 'chat', stream: true },
  { name: 'responses translated', path: '/v1/responses', model: 'chat', stream: false },
  { name: 'responses translated, streamed', path: '/v1/responses', model: 'chat', stream: true },
  { name: 'responses', path: '/v1/responses', model: 'chat-native', stream: false },
  { name: 'responses streamed', path: '/v1/responses', model: 'chat-native', stream: true },
  { name: 'embeddings', path: '/v1/embeddings', model: 'embed', stream: false },
] as const

type Kind = (typeof KINDS)[number]

/** What one request came to, as its client saw it. */
export interface Outcome {
  /** Unique; sent as `user`, so that it stands on the provider's record and on the usage row. */
  readonly id: string
  readonly kind: Kind
  /** When it was handed to the kernel: on a busy machine that is later than when it was decided. */
  sentAt: number
  /** Undefined: no answer began. */
  status: number | undefined
  requestId: string | undefined
  /** The whole body came, or of a stream its last data event, with status 200. */
  whole: boolean
  /** The answer's end came as HTTP has it, whatever it said. */
  ended: boolean
  /** The body of a refusal. */
  text: string
  /** What broke it off. */
  error: string | undefined
}

export interface LoadOptions {
  readonly key: string
  /** Requests a second, whatever becomes of them. */
  readonly rate: number
  /** Above this many in flight none are added, so that a stuck server does not take the tests with it. */
  readonly inFlightMost?: number
}

/**
 * An open-loop load on one server at a time, from the client's side and with the client's own record. It keeps its rate
 * while the server is slow; `pause` and `resume` follow a server through its restarts.
 */
export class Load {
  readonly outcomes: Outcome[] = []
  readonly #options: LoadOptions
  readonly #running = new Set<Promise<void>>()
  #pool: Pool | undefined
  #timer: NodeJS.Timeout | undefined
  #whole = 0
  #upMs = 0
  #resumedAt: number | undefined
  #watch: (() => void) | undefined

  constructor(options: LoadOptions) {
    this.#options = options
  }

  get inFlight(): number {
    return this.#running.size
  }

  /** How many answers were received whole so far. */
  get whole(): number {
    return this.#whole
  }

  /** Requests sent in a second, of the time in which it had a server. */
  get sentPerSecond(): number {
    const running = this.#resumedAt === undefined ? 0 : performance.now() - this.#resumedAt
    return (this.outcomes.length * 1000) / (this.#upMs + running)
  }

  /** Resolves as soon as an answer makes `enough` true, or at the limit. */
  until(enough: (whole: number) => boolean, limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer)
        this.#watch = undefined
        resolve()
      }
      const timer = setTimeout(over, limitMs)
      this.#watch = () => enough(this.#whole) && over()
    })
  }

  resume(url: string): void {
    this.#pool = new Pool(url, {
      connections: 512,
      pipelining: 1,
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
    })
    const { rate, inFlightMost = 1000 } = this.#options
    const begun = performance.now()
    this.#resumedAt = begun
    let sent = 0
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - begun) / 1000) * rate)
      for (; sent < due; sent++) if (this.#running.size < inFlightMost) this.#send()
    }, 4)
  }

  /** Sends no more, and resolves when every request has come to its end. */
  async pause(): Promise<void> {
    this.hold()
    while (this.#running.size > 0) await Promise.all(this.#running)
    await this.#pool?.destroy()
  }

  /** Sends no more; what runs goes on. */
  hold(): void {
    clearInterval(this.#timer)
    if (this.#resumedAt !== undefined) this.#upMs += performance.now() - this.#resumedAt
    this.#resumedAt = undefined
  }

  #send(): void {
    const kind = KINDS[this.outcomes.length % KINDS.length] as Kind
    const outcome: Outcome = {
      id: `load-${process.pid}-${requests++}`,
      kind,
      sentAt: Number.POSITIVE_INFINITY,
      status: undefined,
      requestId: undefined,
      whole: false,
      ended: false,
      text: '',
      error: undefined,
    }
    this.outcomes.push(outcome)
    unsent.set(outcome.id, outcome)
    const running = exchange(this.#pool as Pool, this.#options.key, outcome)
      .catch((error: Error & { code?: string }) => {
        outcome.error = error.code ?? error.message
      })
      .finally(() => {
        unsent.delete(outcome.id)
        if (outcome.whole) this.#whole++
        this.#running.delete(running)
        this.#watch?.()
      })
    this.#running.add(running)
  }
}

/** Of all loads of this process, so that no two share an id. */
let requests = 0
const unsent = new Map<string, Outcome>()

subscribe('undici:client:sendHeaders', (message) => {
  const { headers } = message as { headers: string }
  const outcome = unsent.get(/x-load-id: (\S+)/.exec(headers)?.[1] ?? '')
  if (outcome) outcome.sentAt = Date.now()
})

async function exchange(pool: Pool, key: string, outcome: Outcome): Promise<void> {
  const { statusCode, headers, body } = await pool.request({
    method: 'POST',
    path: outcome.kind.path,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-load-id': outcome.id },
    body: JSON.stringify(bodyOf(outcome)),
  })
  outcome.status = statusCode
  outcome.requestId = String(headers['x-request-id'])
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    // What has come has come, even if the connection breaks right behind it.
    if (statusCode === 200 && outcome.kind.stream) outcome.whole ||= hasLastEvent(text)
  }
  outcome.ended = true
  if (statusCode === 200 && !outcome.kind.stream) outcome.whole = isAnswer(text)
  if (!outcome.whole) outcome.text = text
}

function bodyOf({ id, kind }: Outcome): object {
  const common = { model: kind.model, user: id }
  if (kind.path === '/v1/embeddings') return { ...common, input: 'a text' }
  const asked = { ...common, ...(kind.stream && { stream: true }) }
  return kind.path === '/v1/responses'
    ? { ...asked, input: 'Hello' }
    : { ...asked, messages: [{ role: 'user', content: 'Hello' }] }
}

function hasLastEvent(text: string): boolean {
  if (text.endsWith('data: [DONE]\n\n')) return true
  const at = text.lastIndexOf('event: response.completed\n')
  return at >= 0 && text.indexOf('\n\n', at) >= 0
}

function isAnswer(text: string): boolean {
  const answer = JSON.parse(text) as { choices?: unknown; output?: unknown; data?: unknown }
  return Boolean(answer.choices ?? answer.output ?? answer.data)
}

/** Polls until `holds`; a limit instead of a hang. @throws Error saying what did not come true */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 20_000,
): Promise<void> {
  const limit = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`within ${limitMs} ms it did not come true that ${what}`)
    await sleep(20)
  }
}
