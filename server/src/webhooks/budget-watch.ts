import { plansOfMember } from '../accounts/standing.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { parseNanos } from '../lib/decimal.ts'
import { LruMap } from '../lib/lru.ts'
import { windowEnd } from '../lib/window.ts'
import { quotasOf, readLimits } from '../limits/limits-of-key.ts'
import type { Counter, Quota } from '../limits/quota.ts'
import { type BudgetNews, newsOf } from './budget-events.ts'
import { allWishes, findCounters, findKeyLimit, recentSpenders, wishesOf } from './budget-watch.store.ts'
import { enqueueEvent, wants } from './event.ts'
import { tellOnce } from './marks.ts'

/** Who spent something; a usage event is one. */
export interface Spender {
  readonly organization_id: string
  readonly user_id: string
  readonly key_id: string
  readonly project_id?: string | null
  readonly end_user?: string | null
}

const TURN_MS = 1000
/** Looked at in a turn; the rest waits for the next. */
const LOOKED_AT_MOST = 50
const NOTED_MOST = 10_000
const ASKED_AT_ONCE = 500
const TOLD_KEPT = 10_000
/** How long ago something may have been spent, or a window have ended, that a start after a kill tells of. */
const RECENT_MS = 900_000
/** How long the end of the process waits for what is left; the next start finds the rest. */
const LAST_MS = 5000

/**
 * Tells of budgets that reach a threshold and of balances that run low. A request leaves a note of who spent when its
 * charge is durable, no more; every second the counters of those whose organisation wants to know are read. What was told
 * is marked in the transaction that tells it, so that of many nodes one does.
 */
export class BudgetWatch {
  readonly #deps: Deps
  readonly #lowNanos: bigint
  /** Statements that no request asked for, so far. */
  statements = 0
  readonly #told = new LruMap<string, true>(TOLD_KEPT)
  /** Who was noted first comes first. */
  #noted = new Map<string, Spender>()
  #isRecentNoted = false
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.#lowNanos = parseNanos(deps.config.webhooks.balanceLow) ?? 0n
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#turn ??= this.#look().then(() => {
        this.#turn = undefined
      })
    }, TURN_MS).unref()
  }

  /** Looks at all that is left, so that what was spent before the end is told. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#turn
    const until = performance.now() + LAST_MS
    while (this.#noted.size > 0 && performance.now() < until && (await this.#look())) {}
  }

  /** On the path of every request, when its charge is durable. */
  noteSpending(by: Spender): void {
    if (this.#noted.size >= NOTED_MOST) return
    const { key_id: key, project_id: project, end_user: endUser } = by
    this.#noted.set(project || endUser ? `${key}\n${project ?? ''}\n${endUser ?? ''}` : key, by)
  }

  /** @returns whether it went well */
  async #look(): Promise<boolean> {
    let notes = this.#noted
    try {
      await this.#noteRecent()
      notes = this.#noted
      if (notes.size === 0) return true
      this.#noted = new Map()
      const wanting = await this.#wanting(new Set([...notes.values()].map((by) => by.organization_id)))
      const found = [...notes].filter(([, by]) => wanting.has(by.organization_id))
      for (const [, by] of found.slice(0, LOOKED_AT_MOST)) await this.#lookAt(by)
      // Before those that came meanwhile: the busiest would keep all others waiting for ever.
      this.#noted = new Map([...found.slice(LOOKED_AT_MOST), ...this.#noted])
      return true
    } catch (error) {
      this.#noted = new Map([...notes, ...this.#noted])
      this.#deps.log.warn(
        { error: (error as Error).message },
        'budgets could not be looked at; they are again',
      )
      return false
    }
  }

  /** Once: who spent shortly before the start, since a process that was killed told nobody of its notes. */
  async #noteRecent(): Promise<void> {
    if (this.#isRecentNoted) return
    const wanting = (await allWishes(this.#deps.db)).filter(({ events }) => wantsMoney(events))
    this.statements++
    const since = this.#deps.now() - RECENT_MS
    for (const id of new Set(wanting.map((row) => row.organization_id))) {
      for (const by of await recentSpenders(this.#deps.db, id, since, NOTED_MOST)) this.noteSpending(by)
      this.statements++
    }
    this.#isRecentNoted = true
  }

  async #wanting(organizations: ReadonlySet<string>): Promise<Set<string>> {
    const wanting = new Set<string>()
    const ids = [...organizations]
    for (let start = 0; start < ids.length; start += ASKED_AT_ONCE) {
      for (const row of await wishesOf(this.#deps.db, ids.slice(start, start + ASKED_AT_ONCE))) {
        if (wantsMoney(row.events)) wanting.add(row.organization_id)
      }
      this.statements++
    }
    return wanting
  }

  async #lookAt(by: Spender): Promise<void> {
    const { db, now } = this.#deps
    const quotas = (await this.#quotasOf(by)).filter(({ unit }) => unit === 'credits')
    if (quotas.length === 0) return
    const counters = quotas.map(({ counter }) => counter)
    const rows = new Map((await findCounters(db, counters)).map((row) => [row.id, row]))
    for (const quota of quotas) {
      const row = rows.get(quota.counter)
      if (!row) continue
      const {
        window_start: windowStart,
        spent_amount: spent,
        held_amount: held,
        granted_amount: granted,
      } = row
      const counter: Counter = { windowStart, spent, held, granted }
      // The row stands for the window of the last charge, also when that has ended since.
      if ((windowEnd(quota.period, windowStart) ?? Infinity) < now() - RECENT_MS) continue
      for (const news of newsOf(quota, counter, this.#lowNanos)) await this.#tell(by, quota, news)
    }
  }

  async #quotasOf(by: Spender): Promise<readonly Quota[]> {
    const { organization_id: organizationId, user_id: userId, key_id: id, project_id, end_user } = by
    try {
      const plans = await plansOfMember(this.#deps, userId, organizationId)
      const row = await findKeyLimit(this.#deps.db, id)
      const key = {
        id,
        organizationId,
        userId,
        projectId: row?.project_id ?? null,
        limitNanos: row?.limit_nanos ?? null,
        limitReset: row?.limit_reset ?? null,
      }
      const limits = await readLimits(this.#deps, key, plans, project_id ? [project_id] : [])
      return await quotasOf(this.#deps, limits, key, project_id ?? null, end_user ?? null)
    } catch (error) {
      // Suspended or gone since: nothing can be spent any more.
      if (error instanceof AppError) return []
      throw error
    }
  }

  async #tell(by: Spender, { counter }: Quota, news: BudgetNews): Promise<void> {
    if (this.#told.get(news.mark)) return
    await transact(this.#deps, async (deps) => {
      if (!(await tellOnce(deps, news.mark, news.keptUntil))) return
      await enqueueEvent(deps, {
        event: news.event,
        organizationId: by.organization_id,
        userId: by.user_id,
        subjectId: counter,
        data: { organization_id: by.organization_id, ...news.data },
      })
    })
    this.#told.set(news.mark, true)
  }
}

function wantsMoney(events: string): boolean {
  return wants(events, 'budget.threshold') || wants(events, 'balance.low')
}
