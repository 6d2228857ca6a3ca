import type { Unit } from '../limits/quota.ts'
import type { Share } from './entry.ts'
import type { Beginning } from './lost-event.ts'

/**
 * What one commit holds is one row, a sheet: a row for each request would have to be written and removed again, which
 * costs more than all else about it. A hold of a sheet is open while its request has no usage row; the sheet goes when
 * the last of them is settled. What its requests share, their key and model and the windows of their counters, stands on
 * it once.
 */
export interface SheetHold {
  /** The request's id. */
  readonly id: string
  readonly parts: readonly Share[]
  /** What its usage row says if its node dies over it. */
  readonly context: Beginning
}

interface SheetText {
  readonly windows: readonly Window[]
  readonly contexts: readonly Omit<Beginning, 'started_at'>[]
  readonly holds: readonly Line[]
}

type Window = readonly [counter: string, windowStart: number, unit: Unit]

/** Then, for each part, the place of its window and its amount. */
type Line = readonly [id: string, startedAt: number, context: number, ...parts: (number | string)[]]

/** A sheet from before contexts and windows were shared. */
type FormerLine = readonly [
  id: string,
  parts: readonly (readonly [string, number, Unit, string])[],
  context: Beginning,
]

/** Writes the holds of one sheet. */
export class SheetWriter {
  readonly #windows = new Map<string, { readonly place: number; readonly text: string }>()
  readonly #contexts = new Map<string, number>()
  readonly #lines: string[] = []

  get size(): number {
    return this.#lines.length
  }

  /**
   * @param startedAt milliseconds
   * @param context JSON of the beginning without its time; see `writeBeginning`
   */
  add(id: string, startedAt: number, context: string, parts: readonly Share[]): void {
    let place = this.#contexts.get(context)
    if (place === undefined) {
      place = this.#contexts.size
      this.#contexts.set(context, place)
    }
    let line = `[${JSON.stringify(id)},${startedAt},${place}`
    for (const part of parts) line += `,${this.#placeOf(part)},"${part.amount}"`
    this.#lines.push(`${line}]`)
  }

  toString(): string {
    const windows = [...this.#windows.values()].map(({ text }) => text)
    return `{"windows":[${windows.join(',')}],"contexts":[${[...this.#contexts.keys()].join(',')}],"holds":[${this.#lines.join(',')}]}`
  }

  #placeOf({ counter, windowStart, unit }: Share): number {
    // A counter counts one unit.
    const name = `${windowStart} ${counter}`
    const known = this.#windows.get(name)
    if (known) return known.place
    const place = this.#windows.size
    this.#windows.set(name, { place, text: JSON.stringify([counter, windowStart, unit] satisfies Window) })
    return place
  }
}

/** @throws Error when the text is no sheet */
export function readSheet(text: string): SheetHold[] {
  const sheet = JSON.parse(text) as SheetText | FormerLine[]
  if (Array.isArray(sheet)) return sheet.map(readFormer)
  const { windows, contexts, holds } = sheet
  return holds.map(([id, startedAt, context, ...rest]) => {
    const parts: Share[] = []
    for (let at = 0; at < rest.length; at += 2) {
      const [counter, windowStart, unit] = windows[rest[at] as number] as Window
      parts.push({ counter, windowStart, unit, amount: BigInt(rest[at + 1] as string) })
    }
    return {
      id,
      parts,
      context: { started_at: startedAt, ...(contexts[context] as SheetText['contexts'][0]) },
    }
  })
}

function readFormer([id, parts, context]: FormerLine): SheetHold {
  return {
    id,
    parts: parts.map(([counter, windowStart, unit, amount]) => {
      return { counter, windowStart, unit, amount: BigInt(amount) }
    }),
    context,
  }
}
