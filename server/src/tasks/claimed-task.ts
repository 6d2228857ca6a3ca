import { setTimeout as sleep } from 'node:timers/promises'
import { type Deps, transact } from '../deps.ts'
import { withProviderTexts } from './provider-text.ts'
import { type Claim, updateClaimed } from './queue.store.ts'
import type { TaskEventKind, TaskRow } from './task.ts'
import { hasEvent, insertEvents } from './tasks.store.ts'

/** For how long, and how far apart, what must be written is tried while the database fails. */
const INSIST_MS = 60_000
const TRY_AGAIN_MS = 400
/** The same once the work is cut: a process that stops cannot wait for long. */
const INSIST_CUT_MS = 8000

/** The task is not this worker's any more: whatever it has made is nobody's. */
export class LostClaim extends Error {}

/** The worker stops: what has not begun is left to others. */
export class Leaving extends Error {}

/**
 * A task in the hands of this process, for as long as its lease runs. Each of its writes names the claim, so that one
 * which comes late changes nothing.
 */
export class ClaimedTask {
  /** As it was last written. */
  readonly row: TaskRow
  /** Ends what is under way with a provider: the claim is lost, or the process cannot wait any longer. */
  readonly signal: AbortSignal
  readonly #deps: Deps
  readonly #cut = new AbortController()
  readonly #leaving: AbortSignal
  #lost = false
  #validUntil: number

  /** @param validUntil by `performance.now()`, not later than what the row says */
  constructor(deps: Deps, row: TaskRow, validUntil: number, leaving: AbortSignal) {
    this.#deps = deps
    this.row = { ...row }
    this.#validUntil = validUntil
    this.#leaving = leaving
    this.signal = this.#cut.signal
  }

  get claim(): Claim {
    return { id: this.row.id, fence: this.row.fence }
  }

  get isLeaving(): boolean {
    return this.#leaving.aborted
  }

  renewed(validUntil: number): void {
    this.#validUntil = validUntil
  }

  /**
   * Whether it is lost, or its lease has run out unrenewed, so that another may have it: nothing more is begun for it.
   * What is under way goes on, since a write that comes before another's claim still counts.
   */
  isLost(): boolean {
    return this.#lost || performance.now() >= this.#validUntil
  }

  lose(): void {
    this.#lost = true
    this.#cut.abort()
  }

  /** Ends what is under way, though the claim stands. */
  cut(): void {
    this.#cut.abort()
  }

  /** Before anything that reaches further than this process. @throws LostClaim, Leaving */
  check(): void {
    if (this.isLost()) throw new LostClaim()
    if (this.#leaving.aborted) throw new Leaving()
  }

  /** Waits, unless it is lost or the worker stops, which is thrown. @throws LostClaim, Leaving */
  async pause(milliseconds: number): Promise<void> {
    const signal = AbortSignal.any([this.signal, this.#leaving])
    await sleep(milliseconds, undefined, { signal }).catch(() => {})
    this.check()
  }

  /**
   * Changes the task and adds to its timeline, once however often it is tried.
   *
   * @param kind undefined: its timeline has told of this before
   * @throws LostClaim when it is not this worker's any more
   */
  async write(
    change: Partial<TaskRow>,
    kind: TaskEventKind | undefined,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const clean = withProviderTexts(change)
    const at = this.#deps.now()
    let isRepeated = false
    await this.insist(() => {
      // A commit whose answer was lost may have been made.
      const mayStand = isRepeated
      isRepeated = true
      return transact(this.#deps, async ({ db }) => {
        if (!(await updateClaimed(db, this.claim, clean))) throw new LostClaim()
        if (kind === undefined) return
        const event = { taskId: this.row.id, kind, detail: withProviderTexts(detail) }
        if (!(mayStand && (await hasEvent(db, at, event)))) await insertEvents(db, at, [event])
      })
    })
    Object.assign(this.row, clean)
  }

  /**
   * Tries again while the database fails, be it beyond the lease: what a provider made must not be made twice for a
   * hiccup, and while nobody else has claimed the task, which its fence tells, it may still be written.
   */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    const begun = performance.now()
    for (;;) {
      try {
        return await work()
      } catch (error) {
        const most = this.signal.aborted ? INSIST_CUT_MS : INSIST_MS
        if (error instanceof LostClaim || this.#lost || performance.now() - begun > most) throw error
        this.#deps.log.warn(
          { task: this.row.id, error: (error as Error).message },
          'a task could not be written; it is tried again',
        )
        await sleep(TRY_AGAIN_MS)
      }
    }
  }
}
