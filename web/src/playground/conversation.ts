import { useSyncExternalStore } from 'react'
import { ask, type Question, type Said } from './ask.ts'

export interface Settings {
  readonly model: string | null
  readonly system: string
  /** Empty: as the model and the budget allow. */
  readonly maxTokens: number | ''
  /** Empty: as the provider has it. */
  readonly temperature: number | ''
}

export interface Turn {
  readonly id: number
  readonly role: 'user' | 'assistant'
  readonly content: string
  readonly model?: string
  readonly thought?: string
  readonly state?: 'under way' | 'complete' | 'stopped' | 'failed'
  readonly finish?: string
  readonly tokens?: { readonly read: number; readonly written: number }
  readonly tookMs?: number
  readonly requestId?: string
  readonly error?: unknown
}

interface State {
  readonly settings: Settings
  readonly turns: readonly Turn[]
}

const FRAME_MS = 40

const FIRST: State = { settings: { model: null, system: '', maxTokens: '', temperature: '' }, turns: [] }

/**
 * A conversation lives as long as the page, one for each organisation, so that a look at another screen loses nothing.
 * It is stored nowhere.
 */
export class Conversation {
  private state = FIRST
  private readonly listeners = new Set<() => void>()
  private running: AbortController | undefined
  private last = 0
  private telling: ReturnType<typeof setTimeout> | undefined

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly read = () => this.state

  change(settings: Partial<Settings>): void {
    this.set({ settings: { ...this.state.settings, ...settings } })
  }

  clear(): void {
    this.stop()
    this.set({ turns: [] })
  }

  stop(): void {
    this.running?.abort()
  }

  say(content: string, model: string): void {
    const turn: Turn = { id: ++this.last, role: 'user', content }
    this.set({ turns: [...this.state.turns, turn] })
    void this.hear(model)
  }

  /** Asks the last question once more, in place of its answer. */
  again(model: string): void {
    const at = this.state.turns.findLastIndex(({ role }) => role === 'user')
    if (at < 0) return
    this.stop()
    this.set({ turns: this.state.turns.slice(0, at + 1) })
    void this.hear(model)
  }

  private async hear(model: string): Promise<void> {
    const began = performance.now()
    const running = new AbortController()
    this.running = running
    const question = questionOf(this.state.settings, this.state.turns, model)
    const id = ++this.last
    this.set({
      turns: [...this.state.turns, { id, role: 'assistant', content: '', model, state: 'under way' }],
    })
    const end = (changes: Partial<Turn>) => {
      this.changeTurn(id, () => ({ tookMs: performance.now() - began, ...changes }))
      if (this.running === running) this.running = undefined
    }
    try {
      for await (const { text, thought, ...about } of ask(question, running.signal)) {
        this.changeTurn(id, (turn) => ({
          content: turn.content + (text ?? ''),
          ...(thought && { thought: (turn.thought ?? '') + thought }),
          ...about,
        }))
      }
      end({ state: 'complete' })
    } catch (error) {
      end(running.signal.aborted ? { state: 'stopped' } : { state: 'failed', error })
    }
  }

  private changeTurn(id: number, change: (turn: Turn) => Partial<Turn>): void {
    const turns = this.state.turns.map((turn) => (turn.id === id ? { ...turn, ...change(turn) } : turn))
    this.set({ turns }, { soon: true })
  }

  private set(changes: Partial<State>, { soon = false } = {}): void {
    this.state = { ...this.state, ...changes }
    // An answer comes in hundreds of pieces; the eye needs a few of them a second.
    if (soon) this.telling ??= setTimeout(() => this.tell(), FRAME_MS)
    else this.tell()
  }

  private tell(): void {
    clearTimeout(this.telling)
    this.telling = undefined
    for (const listener of this.listeners) listener()
  }
}

/** The body of the request that these settings and turns make. Answers that failed with nothing said are left out. */
export function questionOf(settings: Settings, turns: readonly Turn[], model: string): Question {
  const said: Said[] = turns
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ role, content }))
  const system = settings.system.trim()
  return {
    model,
    messages: system ? [{ role: 'system', content: system }, ...said] : said,
    ...(settings.maxTokens !== '' && { max_tokens: settings.maxTokens }),
    ...(settings.temperature !== '' && { temperature: settings.temperature }),
  }
}

const conversations = new Map<string, Conversation>()

export function useConversation(organizationId: string): State & { conversation: Conversation } {
  let conversation = conversations.get(organizationId)
  if (!conversation) {
    conversation = new Conversation()
    conversations.set(organizationId, conversation)
  }
  return { ...useSyncExternalStore(conversation.subscribe, conversation.read), conversation }
}
