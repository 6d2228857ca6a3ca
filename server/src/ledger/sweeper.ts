import type { Deps } from '../deps.ts'
import { removeExpiredNodes, sheetsOf, sheetsWithoutNode } from './ledger.store.ts'
import type { Ledger } from './ledger.ts'
import type { NodeLease } from './node-lease.ts'

/** With the lease this bounds how long what a dead node held is missing: 10 s + 3 s, and the commit. */
const SWEEP_MS = 3000
/** What this process itself holds and does not know of is older than any answer that may still be on its way. */
const OWN_MS = 60_000
const SHEETS_MOST = 1000
/** A sheet has as many holds as a commit had requests, and a commit must not take long. */
const SHEETS_AT_ONCE = 4

/**
 * Closes the holds that dead nodes left behind, on whichever node looks first; and those of this node whose request is
 * no more, because its database was away for longer than it could wait.
 */
export class Sweeper {
  readonly #deps: Deps
  readonly #ledger: Ledger
  readonly #lease: NodeLease
  #timer: NodeJS.Timeout | undefined
  /** Statements that came back, for the metric that counts those of requests. */
  statements = 0
  #running: Promise<void> | undefined

  constructor(deps: Deps, ledger: Ledger, lease: NodeLease) {
    this.#deps = deps
    this.#ledger = ledger
    this.#lease = lease
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#turn().finally(() => {
        this.#running = undefined
      })
    }, SWEEP_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #turn(): Promise<void> {
    try {
      const swept = await this.sweep()
      if (swept > 0) this.#deps.log.warn({ holds: swept }, 'holds of nodes that are gone were closed')
    } catch (error) {
      this.#deps.log.warn({ error: (error as Error).message }, 'the sweep of holds failed; it is tried again')
    }
  }

  /** One look; returns how many holds were closed. */
  async sweep(): Promise<number> {
    const { db, now } = this.#deps
    // A node whose own lease has run out may be the one that is wrong about the time.
    if (!this.#lease.isValid()) return 0
    const lost = await sheetsWithoutNode(db, now(), SHEETS_MOST)
    const own = await sheetsOf(db, this.#lease.node, now() - OWN_MS, SHEETS_MOST)
    this.statements += 2
    const sheets = [...new Set([...lost, ...own])].filter(
      (sheet) => !own.includes(sheet) || this.#ledger.isForgotten(sheet),
    )
    let closed = 0
    while (sheets.length > 0) {
      const some = sheets.splice(0, SHEETS_AT_ONCE).map((sheet) => this.#ledger.sweep(sheet))
      for (const count of await Promise.all(some)) closed += count
    }
    if (lost.length > 0) await removeExpiredNodes(db, now())
    return closed
  }
}
