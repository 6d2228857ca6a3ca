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
    const waits = this.#rest.at(-1)?.at(-1) === CR
    if (!waits && !chunk.includes(LF) && !chunk.includes(CR)) return void this.#keep(chunk)
    // Only the last bytes of the rest can belong to a boundary that was not complete before.
    const from = Math.max(0, this.#restBytes - 3)
    const bytes = this.#rest.length > 0 ? Buffer.concat([...this.#rest, chunk]) : chunk
    this.#rest = []
    this.#restBytes = 0
    const start = bytes.includes(CR, from) ? splitAny(bytes, from, each) : splitAtLf(bytes, from, each)
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

/** Splits where all lines end in LF, as nearly everywhere. Returns where the incomplete rest begins. */
function splitAtLf(bytes: Buffer, searchFrom: number, each: (event: Buffer) => void): number {
  let start = 0
  let from = searchFrom
  for (;;) {
    const line = bytes.indexOf(LF, from)
    if (line < 0) return start
    from = line + 1
    if (bytes[from] !== LF) continue
    from++
    each(bytes.subarray(start, from))
    start = from
  }
}

/** The same for lines that end in CRLF, LF or CR, each as it likes (§9.2.5). */
function splitAny(bytes: Buffer, searchFrom: number, each: (event: Buffer) => void): number {
  let start = 0
  let at = searchFrom
  while (at < bytes.length) {
    const line = endOfLine(bytes, at)
    // A CR that comes last may be half of a CRLF.
    if (line === undefined) break
    if (line === at) {
      at++
      continue
    }
    const blank = endOfLine(bytes, line)
    if (blank === undefined) break
    at = blank
    if (blank === line) continue
    each(bytes.subarray(start, blank))
    start = blank
  }
  return start
}

/** Where the line goes on that ends at `at`; `at` itself when none does; undefined when the next byte decides. */
function endOfLine(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] === LF) return at + 1
  if (bytes[at] !== CR) return at
  if (at + 1 === bytes.length) return undefined
  return bytes[at + 1] === LF ? at + 2 : at + 1
}

/** The data of an event; undefined when it has none (a comment, a field that we do not read). */
export function dataOf(event: Buffer): string | undefined {
  const text = event.toString('utf8')
  if (text.startsWith('data: ') && text.indexOf('\n') >= text.length - 2 && !text.includes('\r'))
    return text.slice(6).trimEnd()
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
