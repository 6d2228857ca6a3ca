import type { Deps } from '../deps.ts'
import { writeHead } from './chain.ts'
import { findAuditHead } from './read-audit.store.ts'

const EVERY_MS = 3_600_000

/**
 * Writes the head of the audit log to the server's log: at the start, every hour in which it moved on, and at the end.
 * Who collects the log elsewhere can prove with any of them that nothing before it was changed or cut off.
 */
export class AuditHeads {
  readonly #deps: Deps
  #timer: NodeJS.Timeout | undefined
  #told = ''

  constructor(deps: Deps) {
    this.#deps = deps
  }

  start(): void {
    void this.tell()
    this.#timer = setInterval(() => void this.tell(), EVERY_MS).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.tell()
  }

  /** Never rejects: the next hour tells it. */
  async tell(): Promise<void> {
    try {
      const head = writeHead(await findAuditHead(this.#deps.db))
      if (head === this.#told) return
      this.#deps.log.info({ auditHead: head }, 'head of the audit log')
      this.#told = head
    } catch (error) {
      this.#deps.log.warn({ error: (error as Error).message }, 'the head of the audit log could not be read')
    }
  }
}
