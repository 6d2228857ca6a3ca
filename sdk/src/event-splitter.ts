/**
 * Server-sent events (WHATWG HTML §9.2.6), as far as these streams use them: fields other than `data` tell nothing. Lines
 * end with CR, LF or both.
 */
export class EventSplitter {
  #rest = ''
  /** Up to here there is no line end: what came in many pieces is not searched again with each of them. */
  #searched = 0
  #data: string[] = []

  push(text: string): void {
    this.#rest += text
  }

  /** The data of the next event, undefined when more text is needed. */
  next(): string | undefined {
    for (;;) {
      const line = this.#line()
      if (line === undefined) return undefined
      if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5))
      else if (line === '' && this.#data.length > 0) return this.#data.splice(0).join('\n')
    }
  }

  #line(): string | undefined {
    // A CR at the end of a piece may be the first half of a line's end.
    const end = /\r\n|\n|\r(?!$)/g
    end.lastIndex = this.#searched
    const found = end.exec(this.#rest)
    if (!found) {
      this.#searched = this.#rest.length - (this.#rest.endsWith('\r') ? 1 : 0)
      return undefined
    }
    const line = this.#rest.slice(0, found.index)
    this.#rest = this.#rest.slice(end.lastIndex)
    this.#searched = 0
    return line
  }
}
