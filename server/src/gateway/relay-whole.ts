import { AppError } from '../errors.ts'
import { isObject, parseJson } from '../lib/json.ts'
import { chatToResponse } from '../providers/openai/responses/reply.ts'
import { AttemptError } from './attempt.ts'
import type { Client } from './client.ts'
import type { ModelRequest } from './model-request.ts'
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
): Promise<void> {
  const { route, attempts } = sent
  const firstByteAt = Date.now()
  const base = { route, attempts, firstByteAt }
  let body: Buffer
  let answer: Record<string, unknown>
  try {
    body = await sent.attempt.readAll(ANSWER_BYTES_MOST)
    answer = parseAnswer(body)
  } catch (error) {
    if (client.gone) {
      await settle({ ...base, outcome: 'aborted', status: 499, reported: undefined, textBytes: 0 })
      return
    }
    const failure = error instanceof AttemptError ? failureOf(error) : (error as AppError)
    route.health.failed(Date.now())
    await settle({
      ...base,
      outcome: 'failed',
      status: failure.status,
      error: failure,
      reported: undefined,
      textBytes: 0,
    })
    throw failure
  }
  route.health.succeeded()
  const reported = readUsage(answer.usage)
  const out = shape(request, sent, body, answer)
  const textBytes = reported ? 0 : textBytesOf(answer.choices ?? answer.output)
  await settle({ ...base, outcome: out.outcome, status: 200, reported, textBytes })
  if (client.gone) return
  client.begin(200, {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
    'content-length': String(out.body.length),
  })
  client.end(out.body)
}

function parseAnswer(body: Buffer): Record<string, unknown> {
  try {
    const answer: unknown = parseJson(body.toString('utf8'))
    if (
      isObject(answer) &&
      !(isObject(answer.error) && answer.choices === undefined && answer.output === undefined)
    )
      return answer
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
    const response = chatToResponse(answer, responseContext(request))
    return { body: Buffer.from(JSON.stringify(response)), outcome: outcomeOf(response.status) }
  }
  if (request.endpoint === 'chat.completions' && answer.system_fingerprint === undefined) {
    // OpenRouter's SDK refuses an answer without the field, and many providers leave it out.
    return {
      body: Buffer.from(JSON.stringify({ ...answer, system_fingerprint: null })),
      outcome: 'completed',
    }
  }
  return { body, outcome: outcomeOf(answer.status) }
}

function outcomeOf(status: unknown): Ending['outcome'] {
  return status === 'incomplete' || status === 'failed' ? status : 'completed'
}
