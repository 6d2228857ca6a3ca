import { AppError } from '../errors.ts'
import { isObject, parseJson } from '../lib/json.ts'
import { chatToResponse } from '../providers/openai/responses/reply.ts'
import type { Tokens } from '../usage/price.ts'
import { AttemptError } from './attempt.ts'
import type { Client } from './client.ts'
import type { ModelRequest } from './model-request.ts'
import { openRouterCompletion, openRouterResponse } from './open-router-chunk.ts'
import { responseContext } from './response-context.ts'
import type { Sent } from './send.ts'
import type { Ending } from './settle.ts'
import { textBytesOf } from './stream-meter.ts'
import { isTranslated } from './upstream-body.ts'
import { failureOf } from './upstream-error.ts'
import { readUsage } from './usage-reader.ts'

/** An answer larger than this is not kept in memory for a client. */
const ANSWER_BYTES_MOST = 256 * 1024 * 1024

/**
 * Takes a provider's JSON answer whole, settles it, and only then sends it: nothing of it is out before its usage is
 * durable.
 *
 * @throws AppError when the answer breaks off or is none; its row is written then, too
 */
export async function relayWhole(
  request: ModelRequest,
  sent: Sent,
  client: Client,
  settle: (ending: Ending) => Promise<void>,
  headers: Readonly<Record<string, string>>,
  now: () => number,
): Promise<void> {
  const { route, attempts } = sent
  const firstByteAt = now()
  client.onGone(() => sent.attempt.abort())
  const base = { route, attempts, reached: true, firstByteAt }
  let told: Told
  try {
    told = readAnswer(request, sent, await sent.attempt.readAll(ANSWER_BYTES_MOST))
  } catch (error) {
    if (client.gone) {
      await settle({ ...base, outcome: 'aborted', status: 499, reported: undefined, textBytes: 0 })
      return
    }
    const failure = error instanceof AttemptError ? failureOf(error) : (error as AppError)
    route.health.failed(now())
    await settle({
      ...base,
      outcome: 'failed',
      status: failure.status,
      error: failure,
      // As with any other refusal: what the provider says it used counts, and else it did nothing.
      reported: error instanceof RefusedAnswer ? error.reported : undefined,
      textBytes: error instanceof RefusedAnswer ? undefined : 0,
    })
    throw failure
  }
  route.health.succeeded()
  const { body, outcome, reported, textBytes } = told
  await settle({ route, attempts, reached: true, firstByteAt, outcome, status: 200, reported, textBytes })
  if (client.gone) return
  client.begin(200, {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
    'content-length': String(body.length),
  })
  client.end(body)
}

interface Told extends Pick<Ending, 'outcome' | 'reported' | 'textBytes'> {
  readonly body: Buffer
}

/** A refusal that came with the status of success. */
class RefusedAnswer extends AppError {
  readonly reported: Tokens | undefined

  constructor(reported: Tokens | undefined) {
    super('upstream_error', { cause: 'the answer is an error, with the status of success' })
    this.reported = reported
  }
}

/** @throws AppError when it is no answer, or one that can be neither measured nor written again */
function readAnswer(request: ModelRequest, sent: Sent, bytes: Buffer): Told {
  // Only what is written again must keep its numbers to the last digit.
  const rewritten = request.openRouter || isTranslated(request, sent.route)
  const answer = parseAnswer(bytes, rewritten ? parseJson : JSON.parse)
  if (isObject(answer.error) && answer.choices === undefined && answer.output === undefined) {
    throw new RefusedAnswer(readUsage(answer.usage))
  }
  try {
    const reported = readUsage(answer.usage)
    const textBytes = reported ? 0 : textBytesOf(answer.choices ?? answer.output)
    const { body, outcome } = shape(request, sent, bytes, answer)
    return { body, outcome, reported, textBytes }
  } catch (cause) {
    // JSON.parse takes any depth, what comes after it does not.
    throw new AppError('upstream_error', { cause })
  }
}

function parseAnswer(body: Buffer, parse: (text: string) => unknown): Record<string, unknown> {
  try {
    const answer = parse(body.toString('utf8'))
    if (isObject(answer)) return answer
  } catch {
    // Handled below: what is no JSON is no answer.
  }
  throw new AppError('upstream_error', { cause: 'the answer is not a JSON object' })
}

/** The body as the client gets it: the provider's bytes, except where a response is made from a chat answer. */
function shape(
  request: ModelRequest,
  sent: Sent,
  body: Buffer,
  answer: Record<string, unknown>,
): { body: Buffer; outcome: Ending['outcome'] } {
  if (isTranslated(request, sent.route)) {
    const made = chatToResponse(answer, responseContext(request, sent.route.model))
    const response = (request.openRouter && openRouterResponse(made)) || made
    return { body: Buffer.from(JSON.stringify(response)), outcome: outcomeOf(response.status) }
  }
  const readable = request.openRouter ? readableAnswer(request, answer) : undefined
  return {
    body: readable ? Buffer.from(JSON.stringify(readable)) : body,
    outcome: outcomeOf(answer.status),
  }
}

function readableAnswer({ endpoint }: ModelRequest, answer: Record<string, unknown>) {
  if (endpoint === 'chat.completions') return openRouterCompletion(answer)
  return endpoint === 'responses' ? openRouterResponse(answer) : undefined
}

function outcomeOf(status: unknown): Ending['outcome'] {
  return status === 'incomplete' || status === 'failed' ? status : 'completed'
}
