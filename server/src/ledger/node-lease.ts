import { randomUUID } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { removeNode, writeLease } from './ledger.store.ts'

/** A node that has not renewed its lease for so long is taken for dead, and what it holds is swept. */
const LEASE_MS = 10_000
const RENEW_MS = 2500

/**
 * This process's standing among the nodes. While the lease is valid nobody else touches its holds; a process that was
 * stopped for longer must not send what it was let in for.
 */
export class NodeLease {
  readonly node: string = randomUUID()
  readonly #deps: Deps
  readonly #startedAt: number
  #validUntil = 0
  /** Statements that came back, for the metric that counts those of requests. */
  statements = 0
  #timer: NodeJS.Timeout | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.#startedAt = deps.now()
  }

  /** Takes the lease, and renews it until `stop`. @throws Error when the database cannot be asked */
  async start(): Promise<void> {
    await this.#renew()
    this.#timer = setInterval(() => {
      this.#renew().catch((error: Error) => {
        this.#deps.log.warn(
          { error: error.message },
          "the node's lease could not be renewed; it is tried again",
        )
      })
    }, RENEW_MS).unref()
  }

  isValid(): boolean {
    return performance.now() < this.#validUntil
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await removeNode(this.#deps.db, this.node)
  }

  async #renew(): Promise<void> {
    // Counted from before the question: what others read can only be later.
    const validUntil = performance.now() + LEASE_MS
    await writeLease(this.#deps.db, {
      id: this.node,
      started_at: this.#startedAt,
      lease_until: this.#deps.now() + LEASE_MS,
    })
    this.#validUntil = validUntil
    this.statements++
  }
}
