import type { AppError } from '../errors.ts'
import type { Client } from './client.ts'
import type { Drains } from './drains.ts'
import type { Watch } from './open-streams.ts'
import type { Sent } from './send.ts'
import type { StreamMeter } from './stream-meter.ts'

/** How a stream ended: by its own end, by the provider's failure, because the client left or lost its right to it. */
export type StreamEnd = 'ended' | 'broken' | 'timeout' | 'gone' | AppError

/** What may end a stream early, or keep it for longer than its client does; absent: neither. */
export interface StreamGuards {
  readonly watch?: Watch | undefined
  readonly drains?: Drains | undefined
}

/** How long a provider may keep its connection open after the terminal event. */
const LINGER_MS = 2000

/**
 * Passes a provider's stream to the client, event by event and without waiting for the usage, up to the first terminal
 * event. Back-pressure goes through: what the client does not read is not read from the provider. When the client
 * leaves, the rest is read for its usage only, if it may be, and is `gone` however it ends.
 */
export function relayStream(
  sent: Sent,
  meter: StreamMeter,
  client: Client,
  { watch, drains }: StreamGuards = {},
): Promise<StreamEnd> {
  const { attempt } = sent
  return new Promise((resolve) => {
    let over = false
    let waiting = false
    let endDrain: (() => void) | undefined
    const finish = (end: StreamEnd): void => {
      if (over) return
      over = true
      unwatch?.()
      endDrain?.()
      resolve(endDrain && typeof end === 'string' ? 'gone' : end)
    }
    const stop = (end: StreamEnd): void => {
      attempt.abort()
      finish(end)
    }
    const unwatch = watch?.(stop)
    client.onGone(() => {
      endDrain = over ? undefined : drains?.begin(() => stop('gone'))
      if (!endDrain) stop('gone')
      else if (waiting) attempt.resume()
    })
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
        if (passed && !endDrain && !client.write(passed) && !waiting) {
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
