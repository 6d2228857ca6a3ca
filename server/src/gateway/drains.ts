import type { Config } from '../config/config.ts'

/**
 * The streams of this node that are read on after their clients have left, so that they are charged as reported (DESIGN
 * section 5): each for a bounded time, and a bounded number at once.
 */
export class Drains {
  readonly #mostMs: number
  readonly #most: number
  readonly #cuts = new Set<() => void>()
  #closed = false

  constructor({ drainMs, drainsAtOnce }: Pick<Config['gateway'], 'drainMs' | 'drainsAtOnce'>) {
    this.#mostMs = drainMs
    this.#most = drainsAtOnce
  }

  /**
   * Lets one more be read on; undefined when it may not be. `cut` is called when its time is up. What is returned is
   * called once it has ended.
   */
  begin(cut: () => void): (() => void) | undefined {
    if (this.#closed || this.#mostMs === 0 || this.#cuts.size >= this.#most) return undefined
    const timer = setTimeout(cut, this.#mostMs)
    this.#cuts.add(cut)
    return () => {
      clearTimeout(timer)
      this.#cuts.delete(cut)
    }
  }

  /** Cuts those under way, and lets no other begin: nobody waits for them but a node that is to stop. */
  close(): void {
    this.#closed = true
    for (const cut of [...this.#cuts]) cut()
  }
}
