import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isGenerationKind } from '../config/entries.ts'
import { transact } from '../deps.ts'
import type { Catalogue } from '../providers/catalogue.ts'
import type { Catalogues } from '../providers/catalogues.ts'
import { ClaimedTask, Leaving, LostClaim } from './claimed-task.ts'
import { claimRows, isAnyDue, type Lane, renewRows } from './queue.store.ts'
import { runTask, type TaskTools } from './run-task.ts'
import { insertEvents } from './tasks.store.ts'

/** A worker that has not renewed its lease for so long is taken for dead, and another claims its tasks. */
const LEASE_MS = 15_000
const RENEW_MS = 4000
/** How soon a task that came by another node, or whose time has come, is found. */
const LOOK_MS = 1000
/** Tasks of providers that are gone are looked for once in so many looks, and so many are ended at once. */
const ORPHANS_EVERY = 10
const ORPHANS_AT_ONCE = 4
/** While there are more of them, at each look, and so many. */
const ORPHANS_MOST = 64
/** Behind an outage, workers that have something to write for a claim come before those who would claim it again. */
const OWED_FIRST_MS = 1000

/**
 * Works on tasks: a few at once for each provider, on every node. Which of them is whose is decided by claims in the
 * database; nodes do not know of each other.
 */
export class TaskWorker {
  readonly name: string = randomUUID()
  /** Is told of each usage row of a task. */
  readonly settled: TaskTools['settled']
  readonly #tools: TaskTools
  readonly #catalogues: Pick<Catalogues, 'newest' | 'enter' | 'leave'>
  readonly #running = new Map<ClaimedTask, { readonly provider: string; readonly done: Promise<void> }>()
  readonly #leaving = new AbortController()
  #timers: NodeJS.Timeout[] = []
  #looking: Promise<void> | undefined
  #again = false
  #looks = 0
  #orphans = ORPHANS_AT_ONCE
  #isAway = false
  #claimsFrom = 0
  /** Statements that came back and that no task asked for. */
  statements = 0

  constructor(tools: TaskTools, catalogues: Pick<Catalogues, 'newest' | 'enter' | 'leave'>) {
    this.#tools = tools
    this.settled = tools.settled
    this.#catalogues = catalogues
  }

  start(): void {
    const every = (milliseconds: number, work: () => void) => setInterval(work, milliseconds).unref()
    this.#timers = [every(LOOK_MS, () => this.wake()), every(RENEW_MS, () => void this.#renew())]
  }

  /** Looks for tasks now. */
  wake(): void {
    this.#again = true
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = undefined
    })
  }

  /**
   * Claims nothing more, lets what is under way with providers end, and gives the rest back.
   *
   * @param limitMs after which what is still under way is cut, too
   */
  async stop(limitMs: number): Promise<void> {
    this.#leaving.abort()
    await this.#looking
    const done = Promise.all([...this.#running.values()].map((run) => run.done))
    const waited = new AbortController()
    const limit = sleep(limitMs, undefined, { signal: waited.signal }).catch(() => {})
    await Promise.race([done, limit])
    waited.abort()
    for (const task of this.#running.keys()) task.cut()
    await done
    for (const timer of this.#timers) clearInterval(timer)
  }

  async #lookAgain(): Promise<void> {
    while (this.#again && !this.#leaving.signal.aborted) {
      this.#again = false
      try {
        await this.#look()
      } catch (error) {
        this.#isAway = true
        const { log } = this.#tools.deps
        log.warn({ error: (error as Error).message }, 'tasks could not be claimed; it is tried again')
      }
    }
  }

  async #look(): Promise<void> {
    const catalogue = await this.#catalogues.newest()
    // There the epoch is read from the file.
    if (this.#tools.deps.store.kind === 'sqlite') this.statements++
    const known = providersOf(catalogue)
    const free = known.filter((id) => this.#slots(id) > 0)
    const asked = performance.now()
    const isAnyDue = await this.#isAnyDue({ among: free })
    if (performance.now() - asked > OWED_FIRST_MS) this.#isAway = true
    if (!this.#mayClaim()) return
    if (isAnyDue) {
      for (const id of free) await this.#claim(catalogue, { provider: id }, this.#slots(id))
    }
    const limit = this.#orphans
    if (this.#looks++ % ORPHANS_EVERY > 0 && limit === ORPHANS_AT_ONCE) return
    const lane = { noneOf: known }
    const claimed = (await this.#isAnyDue(lane)) ? await this.#claim(catalogue, lane, limit) : 0
    this.#orphans = claimed < limit ? ORPHANS_AT_ONCE : Math.min(ORPHANS_MOST, limit * 4)
  }

  /** Whether the database has answered for a while again. */
  #mayClaim(): boolean {
    if (this.#isAway) this.#claimsFrom = performance.now() + OWED_FIRST_MS
    this.#isAway = false
    return performance.now() >= this.#claimsFrom
  }

  async #isAnyDue(providers: Parameters<typeof isAnyDue>[1]): Promise<boolean> {
    if ('among' in providers && providers.among.length === 0) return false
    const { db, now } = this.#tools.deps
    const found = await isAnyDue(db, providers, now())
    this.statements++
    return found
  }

  #slots(provider: string): number {
    let taken = 0
    for (const run of this.#running.values()) if (run.provider === provider) taken++
    return Math.max(0, this.#tools.deps.config.tasks.concurrency - taken)
  }

  /** @returns how many it got */
  async #claim({ models }: Catalogue, lane: Lane, limit: number): Promise<number> {
    const { deps } = this.#tools
    // Counted from before the question: what others read can only be later.
    const validUntil = performance.now() + LEASE_MS
    const rows = await transact(deps, async ({ db, store, now }) => {
      const at = now()
      const claim = { worker: this.name, now: at, leaseUntil: at + LEASE_MS, limit }
      const claimed = await claimRows(db, store.kind, lane, claim)
      // Of what this node cannot work on its timeline tells once, when it is given back.
      const own = claimed.filter(({ model }) => 'provider' in lane && models.has(model))
      const events = own.map(({ id, attempts }) => {
        return { taskId: id, kind: 'claimed', detail: { worker: this.name, attempt: attempts } } as const
      })
      await insertEvents(db, at, events)
      return claimed
    })
    for (const row of rows) {
      const task = new ClaimedTask(deps, row, validUntil, this.#leaving.signal)
      // What ends at once must find itself in the map.
      const done = Promise.resolve().then(() => this.#run(task))
      this.#running.set(task, { provider: row.provider, done })
    }
    return rows.length
  }

  async #run(task: ClaimedTask): Promise<void> {
    const { log } = this.#tools.deps
    try {
      const use = await this.#catalogues.enter()
      try {
        await runTask(this.#tools, use.catalogue, task)
      } finally {
        this.#catalogues.leave(use)
      }
    } catch (error) {
      if (error instanceof Leaving) await this.#giveBack(task)
      else if (error instanceof LostClaim) log.info({ task: task.row.id }, 'a task is another worker’s now')
      else log.error({ task: task.row.id, error: (error as Error).message }, 'the work on a task broke off')
    } finally {
      this.#running.delete(task)
      this.wake()
    }
  }

  async #giveBack(task: ClaimedTask): Promise<void> {
    const { now, log } = this.#tools.deps
    const change = { due_at: now(), worker: null, attempts: task.row.attempts - 1 }
    try {
      await task.write(change, 'released', { reason: 'shutdown' })
    } catch (error) {
      // Its lease will run out.
      log.warn({ task: task.row.id, error: (error as Error).message }, 'a task could not be given back')
    }
  }

  async #renew(): Promise<void> {
    const { db, now, log } = this.#tools.deps
    const tasks = [...this.#running.keys()]
    if (tasks.length === 0) return
    const validUntil = performance.now() + LEASE_MS
    try {
      const ids = tasks.map(({ row }) => row.id)
      const renewed = await renewRows(db, this.name, ids, now() + LEASE_MS)
      for (const task of tasks) {
        const { id, fence } = task.claim
        if (renewed.some((row) => row.id === id && row.fence === fence)) task.renewed(validUntil)
        // What has just ended has no lease either.
        else if (this.#running.has(task)) task.lose()
      }
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'leases of tasks could not be renewed; it is tried again')
    }
  }
}

/** The providers that tasks wait for. */
function providersOf({ models }: Catalogue): string[] {
  const ids = new Set<string>()
  for (const { kind, routes } of models.values()) {
    if (isGenerationKind(kind)) for (const { provider } of routes) ids.add(provider.id)
  }
  return [...ids]
}
