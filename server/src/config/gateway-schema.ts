import { Type } from '../lib/schema.ts'
import { group, Milliseconds } from './fields.ts'

export const GATEWAY = group('Forwarding', {
  cooldownMs: Milliseconds('How long a route rests after it failed', 30_000),
  failuresBeforeCooldown: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 3,
    description: 'Failures in a row after which a route rests',
  }),
  slowReaderMs: Milliseconds('How long a client may leave an answer unread before it is cut', 60_000),
  drainMs: Type.Integer({
    minimum: 0,
    maximum: 30_000,
    default: 2000,
    description:
      'How long a stream is read on after its client has left, so that it is charged as the provider reports it; its holds stay as long. 0: it is aborted at once',
  }),
  drainsAtOnce: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 100,
    description: 'How many streams a node reads on so, at most; what is beyond that is aborted',
  }),
  revokedStreams: Type.Enum(['cut', 'finish'], {
    default: 'cut',
    description:
      'What becomes of a stream whose key loses its rights while it runs: `cut`, with an error as its last event, or `finish`',
  }),
})
