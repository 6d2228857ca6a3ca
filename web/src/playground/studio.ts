import { useSyncExternalStore } from 'react'
import { generate, type Kind, type Wish } from './generation-api.ts'

/** What was asked for on this page, and what became of it. */
export interface Try {
  readonly id: string
  readonly kind: Kind
  readonly wish: Wish
  readonly taskId?: string
  readonly error?: unknown
}

/** The fields of the form; what a model does not know is not sent. */
export interface Draft {
  readonly model: string | null
  readonly prompt: string
  readonly negative: string
  readonly outputs: number
  readonly ratio: string | null
  readonly resolution: string | null
  readonly duration: number | ''
  readonly images: readonly string[]
}

interface State {
  readonly tries: readonly Try[]
  readonly drafts: Readonly<Partial<Record<Kind, Draft>>>
}

export const EMPTY: Draft = {
  model: null,
  prompt: '',
  negative: '',
  outputs: 1,
  ratio: null,
  resolution: null,
  duration: '',
  images: [],
}

/** The longest time between the two clicks of a double click is half a second on most systems. */
const TWICE_MS = 700

/** What was asked for lives as long as the page, one history for each organisation; the tasks themselves stay. */
export class Studio {
  private state: State = { tries: [], drafts: {} }
  private madeAt = 0
  private readonly listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly read = () => this.state

  draft(kind: Kind, changes: Partial<Draft>): void {
    const { drafts } = this.state
    this.set({ drafts: { ...drafts, [kind]: { ...EMPTY, ...drafts[kind], ...changes } } })
  }

  clear(): void {
    this.set({ tries: [] })
  }

  make(kind: Kind, wish: Wish): void {
    if (this.isPressedTwice(kind, wish)) return
    const id = crypto.randomUUID()
    this.set({ tries: [{ id, kind, wish }, ...this.state.tries] })
    this.madeAt = Date.now()
    void this.send(id, wish)
  }

  /** A double click is one wish; whoever wants the same again presses when the first is on its way. */
  private isPressedTwice(kind: Kind, wish: Wish): boolean {
    const [last] = this.state.tries
    return (
      Date.now() - this.madeAt < TWICE_MS &&
      last?.kind === kind &&
      JSON.stringify(last.wish) === JSON.stringify(wish)
    )
  }

  /** Once more, where the last attempt was refused or its answer was lost: it cannot make two tasks. */
  again({ id, wish }: Try): void {
    this.change(id, { error: undefined })
    void this.send(id, wish)
  }

  private async send(id: string, wish: Wish): Promise<void> {
    try {
      this.change(id, { taskId: await generate(wish, id) })
    } catch (error) {
      this.change(id, { error })
    }
  }

  private change(id: string, changes: Partial<Try>): void {
    this.set({ tries: this.state.tries.map((each) => (each.id === id ? { ...each, ...changes } : each)) })
  }

  private set(changes: Partial<State>): void {
    this.state = { ...this.state, ...changes }
    for (const listener of this.listeners) listener()
  }
}

const studios = new Map<string, Studio>()

export function useStudio(organizationId: string): State & { studio: Studio } {
  let studio = studios.get(organizationId)
  if (!studio) {
    studio = new Studio()
    studios.set(organizationId, studio)
  }
  return { ...useSyncExternalStore(studio.subscribe, studio.read), studio }
}
