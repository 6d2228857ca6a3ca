import type { Hold, Settlement, Sweep } from './entry.ts'

/** Which holds of this process belong to requests that are under way, and on which sheets they stand. */
export class OpenSheets {
  readonly #open = new Map<string, Set<string>>()
  /** Sheets that have holds besides, which nobody here will settle. */
  readonly #littered = new Set<string>()
  /** Admissions whose outcome nobody learned: their holds, if there are any, were never used. With their sheets. */
  readonly #unanswered = new Map<string, string | undefined>()
  /** Sheets on which nothing is left, since batches beside each other settled their last holds. */
  readonly #emptied = new Set<string>()

  /** A request was let in. */
  open(id: string, sheet: string): void {
    const open = this.#open.get(sheet)
    if (open) open.add(id)
    else this.#open.set(sheet, new Set([id]))
  }

  /** Their settlements are durable, and the sheets that were `done` are gone. */
  close(settlements: readonly Settlement[], done: readonly string[]): void {
    const gone = new Set(done)
    for (const sheet of done) this.#emptied.delete(sheet)
    for (const { hold } of settlements) {
      if (!hold) continue
      const { id, sheet } = hold
      const open = this.#open.get(sheet)
      if (!open?.delete(id) || open.size > 0) continue
      this.#open.delete(sheet)
      if (!gone.has(sheet) && !this.#littered.delete(sheet)) this.#emptied.add(sheet)
    }
  }

  /** It will not be settled. */
  forget(hold: Hold): void {
    this.#littered.add(hold.sheet)
    const open = this.#open.get(hold.sheet)
    if (open?.delete(hold.id) && open.size === 0) this.#open.delete(hold.sheet)
  }

  /** Nobody learns whether it was let in, so it was not. */
  unanswer(id: string, sheet: string | undefined): void {
    this.#unanswered.set(id, sheet)
    if (sheet !== undefined) this.#littered.add(sheet)
  }

  isUnanswered(id: string): boolean {
    return this.#unanswered.has(id)
  }

  /** What became of it is known, or will be after so many milliseconds at the latest. */
  answered(id: string, afterMs = 0): void {
    if (afterMs === 0) this.#unanswered.delete(id)
    else setTimeout(() => this.#unanswered.delete(id), afterMs).unref()
  }

  isOpen({ id, sheet }: Hold): boolean {
    return this.#open.get(sheet)?.has(id) ?? false
  }

  /** The sheets on which no hold is open once these are settled; not those that another batch has settlements of. */
  doneBy(settlements: readonly Settlement[]): string[] {
    const ending = new Map<string, Set<string>>()
    for (const { hold } of settlements) {
      if (!hold || !this.isOpen(hold)) continue
      const ids = ending.get(hold.sheet)
      if (ids) ids.add(hold.id)
      else ending.set(hold.sheet, new Set([hold.id]))
    }
    const ended = [...ending]
      .filter(([sheet, ids]) => !this.#littered.has(sheet) && this.#open.get(sheet)?.size === ids.size)
      .map(([sheet]) => sheet)
    return [...this.#emptied, ...ended]
  }

  /** What a sweep of the sheet must know now. */
  sweepOf(sheet: string): Sweep {
    const unanswered = [...this.#unanswered].filter(([, on]) => on === sheet).map(([id]) => id)
    return { sheet, open: [...(this.#open.get(sheet) ?? [])], unanswered }
  }

  /** Nothing is on it but what is open here. */
  swept(sheet: string): void {
    this.#littered.delete(sheet)
  }

  /** Whether it has holds that nobody here will settle. */
  isForgotten(sheet: string): boolean {
    return !this.#open.has(sheet) || this.#littered.has(sheet)
  }
}
