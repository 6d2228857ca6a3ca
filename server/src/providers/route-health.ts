/** Whether a route deserves the next request: after some failures in a row it rests for a while. */
export class RouteHealth {
  readonly #failuresMost: number
  readonly #restMs: number
  #failures = 0
  #restUntil = 0

  constructor(failuresMost: number, restMs: number) {
    this.#failuresMost = failuresMost
    this.#restMs = restMs
  }

  rests(nowMs: number): boolean {
    return nowMs < this.#restUntil
  }

  /** For people: how it stands, and until when it rests. */
  look(nowMs: number): {
    state: 'well' | 'failing' | 'resting'
    failures: number
    restsUntil: number | null
  } {
    const failures = this.#failures
    if (this.rests(nowMs)) return { state: 'resting', failures, restsUntil: this.#restUntil }
    return { state: failures > 0 ? 'failing' : 'well', failures, restsUntil: null }
  }

  succeeded(): void {
    this.#failures = 0
    this.#restUntil = 0
  }

  failed(nowMs: number): void {
    this.#failures++
    if (this.#failures >= this.#failuresMost) this.#restUntil = nowMs + this.#restMs
  }
}
