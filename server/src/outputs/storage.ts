import type { Readable } from 'node:stream'

/** Bytes from the first to the last, both counted in. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * Keeps bytes under names such as `2026-11-22/out_…`: the UTC day on which they came, and their id. The names are ours
 * and hold nothing of what a client said.
 */
export interface Storage {
  /** Resolves when they will still be there after a crash. */
  put(name: string, bytes: Buffer, contentType: string): Promise<void>
  /** Undefined when there is nothing of that name. */
  open(name: string, range: ByteRange): Promise<Readable | undefined>
  /** What is not there any more counts as removed. */
  remove(name: string): Promise<void>
  /** The names of a UTC day. */
  list(day: string): AsyncIterable<string>
}
