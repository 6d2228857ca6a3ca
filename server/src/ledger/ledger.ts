import { orderedId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { Decision } from '../limits/decide.ts'
import type { Store } from '../storage/store.ts'
import type { Touch, UsageEvent } from '../usage/usage-event.ts'
import type { Admission, Charge, Hold, LedgerBatch, LedgerResult, Placed, Settlement } from './entry.ts'
import { GroupQueue } from './group-queue.ts'
import { DIRECT_LEDGER_BATCH, LEDGER_BATCH } from './ledger-batch.ts'
import type { NodeLease } from './node-lease.ts'
import { OpenSheets } from './open-sheets.ts'
import { packBatch, unpackResult } from './packed.ts'

/** How long what is owed is kept and offered again while the database cannot be asked. */
const RETRY_MS = 250
const RETRY_FOR_MS = 15_000
/** How often a row is offered that the database refuses for its own sake. */
const REFUSALS_MOST = 3
/** A caller waits no longer than this to be let in: a database that is silent must become an answer. */
const ADMISSION_MS = 5000
/** `last_used` may lag by a second (DESIGN section 4), so uses without a row wait for company. */
const TOUCH_MS = 500
/** A commit whose connection was lost may come to pass a little later, and must be recognised then. */
const UNANSWERED_MS = 120_000
/** How long the last requests of a process may take to bring their rows once their connections are cut. */
const LAST_ROWS_MS = 2000

/** On PostgreSQL a second batch reads and writes its rows while the first one commits. */
const LANES = { sqlite: 1, postgres: 2 }
/** So many answers are given in one turn of the loop, since the other lane may be waiting for us to go on. */
const TOLD_AT_ONCE = { sqlite: Number.POSITIVE_INFINITY, postgres: 64 }

const NO_CHARGE: Charge = { credits: 0n, tokens: 0n, requests: 0n }

interface Waiting<T, R> {
  readonly entry: T
  readonly resolve: (result: R) => void
  readonly reject: (error: Error) => void
}

type Owed =
  | ({ readonly kind: 'settlement' } & Waiting<Settlement, void>)
  | ({ readonly kind: 'sweep' } & Waiting<string, number>)
type Asked = {
  readonly kind: 'admission'
  /** Where it stands if it was let in. */
  sheet?: string
  /** What became of it is known here, whether or not its caller has been told. */
  known?: true
} & Waiting<Admission, Placed>

export interface LedgerParts {
  readonly store: Store
  readonly log: Log
  readonly lease: Pick<NodeLease, 'node' | 'isValid'>
  /** Milliseconds by the database's clock. */
  readonly now: () => number
  /** Whether an error says that the database could not be asked. */
  readonly isStoreFailure: (error: unknown) => boolean
  /** Makes counters that are not there yet. */
  readonly openCounters: (ids: readonly string[]) => Promise<void>
}

/** The database could not be asked whether there is enough, so nothing may be sent. */
export class AdmissionUnavailable extends Error {}

/**
 * Lets requests in and settles them, by group commit: while one commit is under way the next entries gather, so that
 * its price is shared by all that come meanwhile. What resolves is durable.
 */
export class Ledger {
  readonly #parts: LedgerParts
  readonly #queue: GroupQueue<Owed | Asked>
  readonly #sheets = new OpenSheets()
  #touches = new Map<string, Touch>()
  #touchTimer: NodeJS.Timeout | undefined

  constructor(parts: LedgerParts) {
    this.#parts = parts
    this.#queue = new GroupQueue((entries) => this.#write(entries), LANES[parts.store.kind])
  }

  /** A request has begun that will end in a row; how many there are says what a commit may wait for. */
  entered(): void {
    this.#queue.underWay++
  }

  /** It is over, with or without a row. */
  left(): void {
    this.#queue.underWay--
  }

  /**
   * Decides about a request, and holds its share if it is let in. Only then may it be sent.
   *
   * @throws AdmissionUnavailable
   */
  admit(entry: Admission): Promise<Placed> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ kind: 'admission', entry, resolve, reject })
    })
  }

  /** Writes the row of a request that has ended. @throws Error when it could not be written after many tries */
  record(event: UsageEvent, hold?: Hold, charge: Charge = NO_CHARGE): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ kind: 'settlement', entry: { event, hold, charge }, resolve, reject })
    })
  }

  /** Closes the holds of a sheet whose requests are not under way here. @returns how many there were */
  sweep(sheet: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ kind: 'sweep', entry: sheet, resolve, reject })
    })
  }

  /** Whether a sheet of this process, not one of the newest, has holds that nobody here will settle. */
  isForgotten(sheet: string): boolean {
    return this.#sheets.isForgotten(sheet)
  }

  /** Notes that a secret was used for something that has no usage row. */
  touch(touch: Touch): void {
    this.#touches.set(touch.secretId, touch)
    this.#touchTimer ??= setTimeout(() => this.#writeTouches(), TOUCH_MS).unref()
  }

  /**
   * Resolves when all that was recorded so far is durable, and the rows of requests that have just been cut and are
   * still on their way here, too.
   */
  async flush(): Promise<void> {
    const until = performance.now() + LAST_ROWS_MS
    while (this.#queue.underWay > 0 && performance.now() < until)
      await new Promise((next) => setTimeout(next, 10))
    this.#writeTouches()
    await this.#queue.idle()
  }

  #writeTouches(): void {
    clearTimeout(this.#touchTimer)
    this.#touchTimer = undefined
    if (this.#touches.size > 0) this.#queue.start()
  }

  async #write(entries: readonly (Owed | Asked)[]): Promise<void> {
    const touches = [...this.#touches.values()]
    this.#touches.clear()
    const late = setTimeout(() => this.#giveUpAsking(entries), ADMISSION_MS)
    try {
      await this.#commit(entries, touches)
    } finally {
      clearTimeout(late)
    }
  }

  /** One entry that the database refuses must not take its neighbours with it. */
  async #commit(entries: readonly (Owed | Asked)[], touches: readonly Touch[], again = false): Promise<void> {
    const giveUpAt = performance.now() + RETRY_FOR_MS
    let rest = entries
    for (let tries = 1; rest.length > 0 || touches.length > 0; tries++) {
      try {
        return await this.#commitOnce(rest, touches, again || tries > 1)
      } catch (error) {
        const { message } = error as Error
        this.#parts.log.error({ error: message, rows: rest.length, tries }, 'usage could not be committed')
        if (this.#parts.isStoreFailure(error)) {
          rest = this.#withdraw(rest)
          if (performance.now() >= giveUpAt) return this.#reject(rest, error as Error)
        } else if (rest.length > 1) {
          const half = rest.length >> 1
          await this.#commit(rest.slice(0, half), touches, true)
          return this.#commit(rest.slice(half), [], true)
        } else if (tries >= REFUSALS_MOST) return this.#reject(rest, error as Error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  async #commitOnce(
    entries: readonly (Owed | Asked)[],
    touches: readonly Touch[],
    again: boolean,
  ): Promise<void> {
    const { store, lease, now, openCounters } = this.#parts
    const asked = entries.filter((waiting) => waiting.kind === 'admission')
    const sheet = orderedId('hld_', now())
    for (const waiting of asked) waiting.sheet = waiting.entry.sent ? sheet : waiting.entry.id
    const settlements = entries.flatMap((waiting) => (waiting.kind === 'settlement' ? [waiting.entry] : []))
    const swept = new Set(entries.flatMap((waiting) => (waiting.kind === 'sweep' ? [waiting.entry] : [])))
    const batch: LedgerBatch = {
      node: lease.node,
      now: now(),
      sheet,
      done: this.#sheets.doneBy(settlements),
      doubtful: settlements.flatMap(({ hold }) =>
        hold && (again || !this.#sheets.isOpen(hold)) ? [hold.id] : [],
      ),
      settlements,
      sweeps: [...swept].map((name) => this.#sheets.sweepOf(name)),
      admissions: asked.map(({ entry }) => entry),
      touches,
    }
    for (;;) {
      const result = await commitTo(store, batch)
      if ('decisions' in result) {
        this.#sheets.close(settlements, batch.done)
        await this.#answer(
          entries,
          result.decisions,
          new Map([...swept].map((name, at) => [name, result.swept[at] ?? 0])),
        )
        return
      }
      await openCounters(result.missing)
    }
  }

  /** All is noted before the first hears of it: what he does next may be about the same sheets. */
  async #answer(
    entries: readonly (Owed | Asked)[],
    decisions: readonly Decision[],
    swept: ReadonlyMap<string, number>,
  ): Promise<void> {
    let next = 0
    for (const sheet of swept.keys()) this.#sheets.swept(sheet)
    const answers = entries.map((waiting) => {
      if (waiting.kind === 'admission') return this.#answerTo(waiting, decisions[next++] as Decision)
      if (waiting.kind === 'sweep') return () => waiting.resolve(swept.get(waiting.entry) ?? 0)
      return waiting.resolve
    })
    const atOnce = TOLD_AT_ONCE[this.#parts.store.kind]
    for (let start = 0; start < answers.length; start += atOnce) {
      if (start > 0) await new Promise((resolve) => setImmediate(resolve))
      for (const tell of answers.slice(start, start + atOnce)) tell()
    }
  }

  #answerTo(waiting: Asked, decision: Decision): () => void {
    const { id } = waiting.entry
    waiting.known = true
    if (!decision.admitted) {
      this.#sheets.answered(id)
      return () => waiting.resolve(decision)
    }
    const sheet = waiting.sheet as string
    // Its caller was told 503 meanwhile, or others may have swept the sheets of a node that was silent for so long.
    if (!this.#parts.lease.isValid() || this.#sheets.isUnanswered(id)) {
      this.#queue.push(this.#unanswer(waiting))
      return () => {}
    }
    this.#sheets.open(id, sheet)
    return () => waiting.resolve({ ...decision, sheet })
  }

  /** What is not settled is under way no longer: its hold is left to the sweep. */
  #reject(entries: readonly (Owed | Asked)[], error: Error): void {
    for (const waiting of entries) {
      if (waiting.kind === 'settlement' && waiting.entry.hold) this.#sheets.forget(waiting.entry.hold)
      waiting.reject(error)
    }
  }

  /** Tells those who ask to be let in that nobody knows; what may have been held for them is given back. */
  #withdraw(entries: readonly (Owed | Asked)[]): (Owed | Asked)[] {
    return entries.map((waiting) => (waiting.kind === 'admission' ? this.#unanswer(waiting) : waiting))
  }

  #unanswer({ entry, sheet, reject }: Asked): Owed {
    this.#sheets.unanswer(entry.id, sheet)
    reject(new AdmissionUnavailable('the ledger could not be asked'))
    // If it fails, the sweep of this node's own sheets finds it later.
    const resolve = () => this.#sheets.answered(entry.id, UNANSWERED_MS)
    return { kind: 'sweep', entry: sheet ?? entry.id, resolve, reject: () => {} }
  }

  #giveUpAsking(entries: readonly (Owed | Asked)[]): void {
    for (const waiting of [...entries, ...this.#queue.waiting()]) {
      if (waiting.kind !== 'admission' || waiting.known) continue
      this.#sheets.unanswer(waiting.entry.id, waiting.sheet)
      waiting.reject(new AdmissionUnavailable('the ledger is silent'))
    }
  }
}

/** To the database thread of SQLite a batch goes as text; PostgreSQL is spoken to from here. */
async function commitTo(store: Store, batch: LedgerBatch): Promise<LedgerResult> {
  if (store.kind === 'postgres') return store.commit<LedgerBatch, LedgerResult>(DIRECT_LEDGER_BATCH, batch)
  return unpackResult(await store.commit<string, string>(LEDGER_BATCH, packBatch(batch)), batch.admissions)
}
