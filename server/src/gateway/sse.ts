/** An event larger than this is not an event any more. */
const EVENT_BYTES_MOST = 16 * 1024 * 1024
const LF = 10
const CR = 13

/** Cuts a byte stream into server-sent events (WHATWG HTML §9.2): each with the blank line that ends it. */
export class SseSplitter {
  /** What came after the last complete event, in the pieces in which it came. */
  #rest: Buffer[] = []
  #restBytes = 0

  /** Calls `each` for every event that is complete now. @throws Error when an event grows without end */
  push(chunk: Buffer, each: (event: Buffer) => void): void {
    // Without a line's end no event is complete; a large one would be copied anew with every piece of it.
    if (!chunk.includes(LF)) return void this.#keep(chunk)
    // Only the last two bytes of the rest can belong to a boundary that was not complete before.
    let from = Math.max(0, this.#restBytes - 3)
    const bytes = this.#rest.length > 0 ? Buffer.concat([...this.#rest, chunk]) : chunk
    this.#rest = []
    this.#restBytes = 0
    let start = 0
    for (;;) {
      const line = bytes.indexOf(LF, from)
      if (line < 0) break
      const next = bytes[line + 1]
      const end = next === LF ? line + 2 : next === CR && bytes[line + 2] === LF ? line + 3 : 0
      if (end > start) {
        each(bytes.subarray(start, end))
        start = end
      }
      from = Math.max(line + 1, start)
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start))
  }

  #keep(bytes: Buffer): void {
    this.#rest.push(bytes)
    this.#restBytes += bytes.length
    if (this.#restBytes > EVENT_BYTES_MOST) throw new Error('the provider sent an event without end')
  }

  /** What came after the last complete event. */
  takeRest(): Buffer {
    const rest = this.#rest.length === 1 ? (this.#rest[0] as Buffer) : Buffer.concat(this.#rest)
    this.#rest = []
    this.#restBytes = 0
    return rest
  }
}

/** The data of an event; undefined when it has none (a comment, a field that we do not read). */
export function dataOf(event: Buffer): string | undefined {
  const text = event.toString('utf8')
  if (text.startsWith('data: ') && text.indexOf('\n') >= text.length - 2) return text.slice(6).trimEnd()
  let data: string | undefined
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!line.startsWith('data:')) continue
    const value = line.startsWith('data: ') ? line.slice(6) : line.slice(5)
    data = data === undefined ? value : `${data}\n${value}`
  }
  return data
}

/** An event with a JSON body, named after its type when it is a Responses event. */
export function writeEvent(data: Readonly<Record<string, unknown>>, type?: string): Buffer {
  return Buffer.from(`${type ? `event: ${type}\n` : ''}data: ${JSON.stringify(data)}\n\n`)
}
