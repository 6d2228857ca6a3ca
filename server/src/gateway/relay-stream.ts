import type { Client } from './client.ts'
import type { Sent } from './send.ts'
import type { StreamMeter } from './stream-meter.ts'

/** How a stream ended: by its own end, by the provider's failure, or because the client left. */
export type StreamEnd = 'ended' | 'broken' | 'timeout' | 'gone'

/** How long a provider may keep its connection open after the terminal event. */
const LINGER_MS = 2000

/**
 * Passes a provider's stream to the client, event by event and without waiting for the usage, up to the first terminal
 * event. Back-pressure goes through: what the client does not read is not read from the provider.
 */
export function relayStream(sent: Sent, meter: StreamMeter, client: Client): Promise<StreamEnd> {
  const { attempt } = sent
  return new Promise((resolve) => {
    let over = false
    let waiting = false
    const finish = (end: StreamEnd): void => {
      if (over) return
      over = true
      resolve(end)
    }
    client.onGone(() => {
      attempt.abort()
      finish('gone')
    })
    attempt.consume({
      data: (chunk) => {
        if (over) return
        let passed: Buffer | undefined
        try {
          passed = meter.push(chunk)
        } catch {
          attempt.abort()
          finish('broken')
          return
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
        if (over) return
        try {
          meter.finish()
          finish('ended')
        } catch {
          // What cannot be read, e.g. because it is nested too deeply, is no event stream.
          finish('broken')
        }
      },
      broken: ({ kind }) => finish(kind === 'timeout' ? 'timeout' : 'broken'),
    })
  })
}
