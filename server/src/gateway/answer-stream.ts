import { AppError } from '../errors.ts'
import type { AnswerHead } from './attempt.ts'
import type { Client } from './client.ts'
import { chatReader, openRouterReader, responsesReader, translatingReader } from './event-readers.ts'
import type { ModelRequest } from './model-request.ts'
import { relayStream, type StreamEnd, type StreamGuards } from './relay-stream.ts'
import { responseContext } from './response-context.ts'
import type { Sent } from './send.ts'
import type { Ending } from './settle.ts'
import { type EventReader, StreamMeter } from './stream-meter.ts'
import { isTranslated } from './upstream-body.ts'

/**
 * Passes a provider's stream on as it comes, settles it, and only then sends its last bytes.
 *
 * @throws AppError before the first byte only; afterwards a failure is told inside the stream
 */
export async function answerStream(
  request: ModelRequest,
  sent: Sent,
  client: Client,
  settle: (ending: Ending) => Promise<void>,
  headers: Readonly<Record<string, string>>,
  now: () => number,
  guards?: StreamGuards,
): Promise<void> {
  const { route, head, attempts } = sent
  if (!isEventStream(head)) {
    sent.attempt.abort()
    route.health.failed(now())
    const error = new AppError('upstream_error', { cause: 'a stream was asked for and the answer is none' })
    await settle({
      outcome: 'failed',
      status: error.status,
      error,
      route,
      attempts,
      reached: true,
      reported: undefined,
      textBytes: undefined,
    })
    throw error
  }
  route.health.succeeded()
  const meter = new StreamMeter(readerFor(request, sent))
  const firstByteAt = now()
  client.begin(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers })
  const end = await relayStream(sent, meter, client, guards)
  const { outcome, error } = judgeStream(end, meter)
  const last = lastBytes(meter, error)
  await settle({
    outcome,
    status: 200,
    ...(error && { error }),
    route,
    attempts,
    reached: true,
    firstByteAt,
    ...usageOf(meter, end),
  })
  if (!last) throw new AppError('internal_error', { cause: 'the end of the stream could not be written' })
  client.end(last)
}

/** Nothing is asked for encoded, and what comes so all the same can be neither read nor metered as it passes. */
function isEventStream({ headers }: AnswerHead): boolean {
  const encoding = String(headers['content-encoding'] ?? '').toLowerCase()
  return (
    String(headers['content-type']).includes('text/event-stream') && (!encoding || encoding === 'identity')
  )
}

/** Usage is that of the answer when the answer is over and no text has followed (DESIGN section 5). */
function usageOf({ tally }: StreamMeter, end: StreamEnd): Pick<Ending, 'reported' | 'early' | 'textBytes'> {
  const { usage, usageBytes, textBytes, ending, done } = tally
  const over = done || ending !== undefined || end === 'ended'
  return over && usageBytes === textBytes
    ? { reported: usage, textBytes }
    : { reported: undefined, early: usage, textBytes }
}

function readerFor(request: ModelRequest, { route }: Sent): EventReader {
  if (request.endpoint !== 'responses') {
    const choices = typeof request.json.n === 'number' ? request.json.n : 1
    return (request.openRouter ? openRouterReader : chatReader)(request.wantsUsage, choices)
  }
  return isTranslated(request, route)
    ? translatingReader(responseContext(request, route.model), request.openRouter)
    : responsesReader(request.openRouter)
}

/** Undefined when they cannot be written, as what is nested too deeply; the row must be written all the same. */
function lastBytes(meter: StreamMeter, error: AppError | undefined): Buffer | undefined {
  try {
    return error ? meter.failure(error) : meter.held()
  } catch {
    return undefined
  }
}

function judgeStream(end: StreamEnd, meter: StreamMeter): { outcome: Ending['outcome']; error?: AppError } {
  if (end instanceof AppError) return { outcome: 'aborted', error: end }
  if (end === 'gone') return { outcome: 'aborted' }
  if (end === 'timeout') return { outcome: 'failed', error: new AppError('upstream_timeout') }
  if (end === 'broken') return { outcome: 'failed', error: new AppError('upstream_error') }
  // A stream that just stops has not said that it is complete.
  return { outcome: meter.tally.ending ?? 'incomplete' }
}
