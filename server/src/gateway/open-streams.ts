import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Caller } from './caller.ts'

/** How often the epoch is looked at while streams are open: a few microseconds each time. */
const LOOK_MS = 50
/** Some rights end by the clock alone, and an answer of the database may have failed to come. */
const ROUND_MS = 1000

/** Begins to watch over a stream; what it returns ends that. `cut` is called once at most. */
export type Watch = (cut: (error: AppError) => void) => () => void

interface OpenStream {
  readonly caller: Caller
  readonly projectId: string | null
  readonly cut: (error: AppError) => void
  asking: boolean
  askAgain: boolean
}

/**
 * The streams under way, each of which is cut when its caller loses the right to it (DESIGN section 6). What an event
 * costs does not change: they are asked about when the epoch rises, and once a second.
 */
export class OpenStreams {
  readonly #epochs: Deps['store']['epoch']
  readonly #open = new Set<OpenStream>()
  #timer: NodeJS.Timeout | undefined
  #epoch = 0
  #nextRound = 0

  constructor({ store }: Pick<Deps, 'store'>) {
    this.#epochs = store.epoch
  }

  /** For the stream of a request of the caller, which counts for the project. */
  watcher(caller: Caller, projectId: string | null): Watch {
    return (cut) => {
      const stream = { caller, projectId, cut, asking: false, askAgain: false }
      this.#open.add(stream)
      this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref()
      // The right may have been lost since the request was let in.
      void this.#ask(stream)
      return () => this.#leave(stream)
    }
  }

  #leave(stream: OpenStream): void {
    this.#open.delete(stream)
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    let epoch: number
    try {
      epoch = this.#epochs.current()
    } catch {
      // Nobody knows at present; an outage of the database must not end every answer.
      return
    }
    const now = performance.now()
    if (epoch === this.#epoch && now < this.#nextRound) return
    this.#epoch = epoch
    this.#nextRound = now + ROUND_MS
    for (const stream of this.#open) void this.#ask(stream)
  }

  async #ask(stream: OpenStream): Promise<void> {
    if (stream.asking) {
      stream.askAgain = true
      return
    }
    stream.asking = true
    do {
      stream.askAgain = false
      const refusal = await refusalOf(stream)
      if (!this.#open.has(stream)) return
      if (refusal) {
        this.#leave(stream)
        stream.cut(refusal)
        return
      }
    } while (stream.askAgain)
    stream.asking = false
  }
}

async function refusalOf({ caller, projectId }: OpenStream): Promise<AppError | undefined> {
  try {
    await caller.confirm(projectId)
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return error
  }
  return undefined
}
