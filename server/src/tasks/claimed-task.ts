import { setTimeout as sleep } from 'node:timers/promises'
import { type Deps, transact } from '../deps.ts'
import { type Claim, updateClaimed } from './queue.store.ts'
import type { TaskEventKind, TaskRow } from './task.ts'
import { insertEvents } from './tasks.store.ts'

/** How often, and how far apart, what must be written is tried while the database fails. */
const TRIES_MOST = 20
const TRY_AGAIN_MS = 400

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

  /** Whether it is lost, or its lease has run out unrenewed, which is the same. */
  isLost(): boolean {
    if (!this.#lost && performance.now() >= this.#validUntil) this.lose()
    return this.#lost
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

  /** Changes the task and adds to its timeline. @throws LostClaim when it is not this worker's any more */
  async write(
    change: Partial<TaskRow>,
    kind: TaskEventKind,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.insist(() =>
      transact(this.#deps, async ({ db, now }) => {
        const at = now()
        if (!(await updateClaimed(db, this.claim, at, change))) throw new LostClaim()
        await insertEvents(db, at, [{ taskId: this.row.id, kind, detail }])
      }),
    )
    Object.assign(this.row, change)
  }

  /** Tries again while the database fails and the lease runs: what a provider made must not be made twice for a hiccup. */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (error) {
        if (error instanceof LostClaim || tries === TRIES_MOST || this.isLost()) throw error
        this.#deps.log.warn(
          { task: this.row.id, error: (error as Error).message },
          'a task could not be written; it is tried again',
        )
        await sleep(TRY_AGAIN_MS)
      }
    }
  }
}
