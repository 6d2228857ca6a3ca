import { windowEnd } from '../lib/window.ts'
import { readCounter } from '../limits/quota.ts'
import type { Share } from './entry.ts'
import type { LedgerFault } from './ledger-fault.ts'

export interface CounterRow {
  readonly id: string
  readonly window_start: number
  readonly spent_amount: bigint
  readonly held_amount: bigint
  readonly granted_amount: bigint
}

export interface EntryRow {
  readonly id: string
  readonly counter: string
  readonly kind: string
  readonly window_start: number
  readonly debit: string
  readonly credit: string
  readonly entry_amount: bigint
}

/** What one counter must say of one window. */
interface Account {
  /** As stored; undefined where rows speak of a counter that is not there. */
  readonly row: CounterRow | undefined
  window: number
  spent: bigint
  held: bigint
  granted: bigint
}

/** Adds up, for every counter, what the rows behind it say, and compares. Counters come first. */
export class CounterBooks {
  readonly #accounts = new Map<string, Account>()
  readonly #faults: LedgerFault[] = []
  readonly #now: number

  /** @param now milliseconds by the database's clock */
  constructor(now: number) {
    this.#now = now
  }

  counter(row: CounterRow): void {
    this.#accounts.set(row.id, { row, window: row.window_start, spent: 0n, held: 0n, granted: 0n })
  }

  charges(requestId: string, text: string): void {
    for (const [counter, window, held, charged] of this.#read(requestId, text, readCharges)) {
      if (charged < 0n || charged > held) {
        this.#fault('charge', requestId, window, `${charged} of ${counter}`, `0 to ${held}, which was held`)
      }
      const account = this.#in(counter, window)
      if (account) account.spent += charged
    }
  }

  hold(parts: readonly Share[]): void {
    for (const { counter, windowStart, amount } of parts) {
      const account = this.#in(counter, windowStart)
      if (account) account.held += amount
    }
  }

  /** What stands on a counter's debit side was spent, what stands on its credit side was given back, or granted. */
  entry({ id, kind, counter, window_start, debit, credit, entry_amount }: EntryRow): void {
    const other = kind === 'grant' ? 'issued' : 'usage'
    const sides = [debit, credit]
    if (entry_amount <= 0n || !sides.includes(counter) || !sides.includes(other)) {
      const is = `${entry_amount} from ${debit} to ${credit}`
      this.#fault('entry', id, window_start, is, `more than 0, between ${other} and ${counter}`)
      return
    }
    const account = this.#in(counter, window_start)
    if (!account) return
    if (kind === 'grant') account.granted += credit === counter ? entry_amount : -entry_amount
    else account.spent += debit === counter ? entry_amount : -entry_amount
  }

  faults(): LedgerFault[] {
    for (const [id, account] of this.#accounts) this.#compare(id, account)
    return this.#faults
  }

  #compare(id: string, { row, window, spent, held, granted }: Account): void {
    if (!row) {
      const end = windowEnd(readCounter(id).period, window)
      // One whose window is over says nothing that anybody needs.
      if ((spent === 0n && held === 0n && granted === 0n) || (end !== undefined && end <= this.#now)) return
      this.#fault('counter', id, window, 'missing', `spent ${spent}, held ${held}, granted ${granted}`)
      return
    }
    if (window !== row.window_start)
      this.#fault('window', id, row.window_start, `${row.window_start}`, `${window}`)
    if (row.spent_amount !== spent) this.#fault('spent', id, window, `${row.spent_amount}`, `${spent}`)
    if (row.held_amount !== held) this.#fault('held', id, window, `${row.held_amount}`, `${held}`)
    else if (held < 0n) this.#fault('held', id, window, `${held}`, '0 or more')
    if (row.granted_amount !== granted)
      this.#fault('granted', id, window, `${row.granted_amount}`, `${granted}`)
  }

  /** The account, if it is about that window: a window that is over is on the rows alone. */
  #in(counter: string, window: number): Account | undefined {
    let account = this.#accounts.get(counter)
    if (!account) {
      account = { row: undefined, window, spent: 0n, held: 0n, granted: 0n }
      this.#accounts.set(counter, account)
    }
    if (window < account.window) return undefined
    if (window > account.window) {
      account.window = window
      account.spent = 0n
      account.held = 0n
    }
    return account
  }

  #read<T>(id: string, text: string, read: (text: string) => T[]): T[] {
    try {
      return read(text)
    } catch {
      this.#fault('unreadable', id, null, text.slice(0, 200), 'a list of counter, window and amounts')
      return []
    }
  }

  #fault(what: LedgerFault['what'], id: string, window: number | null, is: string, shouldBe: string): void {
    this.#faults.push({ what, id, window, is, shouldBe })
  }
}

export type ChargeOfCounter = [counter: string, window: number, held: bigint, charged: bigint]

/** The `charges` of a usage row. @throws Error when it is none */
export function readCharges(text: string): ChargeOfCounter[] {
  const charges = JSON.parse(text) as [string, number, string, string][]
  return charges.map(([counter, window, held, charged]) => [counter, window, BigInt(held), BigInt(charged)])
}
