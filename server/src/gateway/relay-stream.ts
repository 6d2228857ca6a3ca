import type { AppError } from '../errors.ts'
import type { Client } from './client.ts'
import type { Watch } from './open-streams.ts'
import type { Sent } from './send.ts'
import type { StreamMeter } from './stream-meter.ts'

/** How a stream ended: by its own end, by the provider's failure, because the client left or lost its right to it. */
export type StreamEnd = 'ended' | 'broken' | 'timeout' | 'gone' | AppError

/** How long a provider may keep its connection open after the terminal event. */
const LINGER_MS = 2000

/**
 * Passes a provider's stream to the client, event by event and without waiting for the usage, up to the first terminal
 * event. Back-pressure goes through: what the client does not read is not read from the provider.
 */
export function relayStream(
  sent: Sent,
  meter: StreamMeter,
  client: Client,
  watch?: Watch,
): Promise<StreamEnd> {
  const { attempt } = sent
  return new Promise((resolve) => {
    let over = false
    let waiting = false
    const finish = (end: StreamEnd): void => {
      if (over) return
      over = true
      unwatch?.()
      resolve(end)
    }
    const stop = (end: StreamEnd): void => {
      attempt.abort()
      finish(end)
    }
    const unwatch = watch?.(stop)
    client.onGone(() => stop('gone'))
    attempt.consume({
      data: (chunk) => {
        if (over) return
        let passed: Buffer | undefined
        try {
          passed = meter.push(chunk)
        } catch {
          return stop('broken')
        }
        // A paused provider may still deliver what it had read before.
        if (passed && !client.write(passed) && !waiting) {
          waiting = true
          attempt.pause()
          client.writable(() => {
            waiting = false
            attempt.resume()
          })
        }
        if (meter.tally.done) {
          setTimeout(() => attempt.abort(), LINGER_MS).unref()
          finish('ended')
        }
      },
      end: () => {
        if (!over) finish(endOf(meter))
      },
      broken: ({ kind }) => finish(kind === 'timeout' ? 'timeout' : 'broken'),
    })
  })
}

function endOf(meter: StreamMeter): StreamEnd {
  try {
    meter.finish()
    return 'ended'
  } catch {
    // What cannot be read, e.g. because it is nested too deeply, is no event stream.
    return 'broken'
  }
}
