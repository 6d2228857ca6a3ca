/** A ledger on a real database beside its model: every step is done to both, and then they are compared. */
import { expect } from 'vitest'
import type { Deps } from '../../src/deps.ts'
import { AppError } from '../../src/errors.ts'
import { grantCredits } from '../../src/ledger/balances.ts'
import type { Charge, Hold, Placed } from '../../src/ledger/entry.ts'
import { markSent } from '../../src/ledger/holds.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { NodeLease } from '../../src/ledger/node-lease.ts'
import { refundRequest } from '../../src/ledger/refunds.ts'
import { Sweeper } from '../../src/ledger/sweeper.ts'
import type { Decision } from '../../src/limits/decide.ts'
import type { Quota } from '../../src/limits/quota.ts'
import type { Store } from '../../src/storage/store.ts'
import { addCounters, admissionOf, expectBalanced, readBooks } from './admissions.ts'
import { LedgerModel, type Request, type Verdict } from './ledger-model.ts'
import { ledgerOver } from './ledger-parts.ts'
import { type Drawn, IN_FLIGHT, quotasOf, REQUEST, type Step, type Story } from './ledger-steps.ts'
import { OPERATOR } from './unit-deps.ts'
import { usageRow } from './usage-rows.ts'

const LEASE_MS = 10_000
const FOR_EVER = Date.UTC(9000, 0, 1)

/** Sums of what a key used as well: no key uses in its life what thousands of stories would add up to. */
const EMPTIED = [
  'hold_sheets',
  'usage_events',
  'usage_days',
  'key_usage',
  'secret_usage',
  'nodes',
  'counters',
] as const

interface Node {
  readonly name: string
  readonly ledger: Ledger
  readonly store: Store
}

let runs = 0

export class LedgerWorld {
  readonly #model = new LedgerModel()
  readonly #run = `r${++runs}-`
  readonly #stores: readonly Store[]
  readonly #deps: Deps
  readonly #nodes: Node[] = []
  /** When the leases of the nodes that died end. */
  readonly #dead = new Map<string, number>()
  readonly #scale: bigint
  readonly #quotas: Quota[]
  #now = Date.UTC(2026, 1, 26, 23, 58, 30)
  #made = 0
  /** Where the holds stand, by request. */
  readonly #sheets = new Map<string, string>()
  /** When requests began. */
  readonly #begun = new Map<string, number>()

  /** @param stores one for each of two nodes; the same one twice for two parts of one process */
  constructor(stores: readonly [Store, Store], deps: Deps, { scale, limits }: Story) {
    this.#stores = stores
    const balance = { ...deps.config.balance, of: 'organization' as const }
    this.#deps = { ...deps, config: { ...deps.config, balance }, now: () => this.#now }
    this.#scale = scale
    this.#quotas = quotasOf(this.#run, limits, scale)
  }

  /** What happened in the end, by name; a story that tells nothing is no test. */
  readonly happened = new Map<string, number>()

  async play({ granted, steps }: Story): Promise<void> {
    // In one commit: most stories are shorter than what comes before them.
    await this.#deps.db.transaction().execute(async (db) => {
      for (const table of EMPTIED) await db.deleteFrom(table).execute()
      const fields = { id: this.#run, name: this.#run, slug: this.#run, createdAt: new Date(0).toISOString() }
      await db
        .insertInto('organization')
        .values(fields as never)
        .execute()
      await addCounters({ db }, this.#quotas)
      for (const place of [0, 1]) await this.#boot(place, db)
    })
    if (granted > 0n) await this.#grant(granted)
    for (const step of steps) {
      await this.#do(step)
      await this.#compare()
    }
    for (const { state, sent } of this.#model.requests)
      this.#count(state === 'swept' && sent ? 'held' : state)
  }

  #count(name: string): void {
    this.happened.set(name, (this.happened.get(name) ?? 0) + 1)
  }

  #do(step: Step): Promise<void> | void {
    switch (step.kind) {
      case 'commit':
        return this.#commit(step)
      case 'race':
        return this.#race(step)
      case 'grant':
        return this.#grant(step.amount)
      case 'refund':
        return this.#refund(step)
      case 'sent':
        return this.#markSent(step)
      case 'crash':
        return this.#crash(step)
      case 'expire':
        return this.#expire(step)
      case 'clock':
        this.#now += step.by
        return
      case 'limit':
        return this.#limit(step)
    }
  }

  async #boot(place: number, db = this.#deps.db): Promise<void> {
    const store = this.#stores[place] as Store
    const name = `${this.#run}n${this.#made++}`
    this.#nodes[place] = { name, store, ledger: ledgerOver(store, { node: name, now: () => this.#now }) }
    await db.insertInto('nodes').values({ id: name, started_at: 0, lease_until: FOR_EVER }).execute()
  }

  /** One group commit: what has ended first, then who asks. */
  async #commit({ node, settlements, admissions }: Drawn<'commit'>): Promise<void> {
    const { name, ledger } = this.#nodes[node] as Node
    const ended = settlements.flatMap((drawn) => {
      const request = drawn.late ? this.#find(drawn.pick, 'ended') : this.#find(drawn.pick, 'open', name)
      return request ? [{ request, ...chargeOf(request, drawn) }] : []
    })
    const written = ended.map(({ request, charge }) => {
      const sheet = this.#sheets.get(request.id) as string
      const hold: Hold = { id: request.id, sheet, parts: request.claims.map(shareOf) }
      const event = usageRow({
        id: request.id,
        organization_id: this.#run,
        started_at: this.#begun.get(request.id) as number,
        cost_nanos: charge.credits,
      })
      return ledger.record(event, hold, charge)
    })
    const asked = admissions.map((drawn) => this.#admission(drawn))
    const decisions = asked.map((entry) => ledger.admit(entry))
    for (const { request, charge } of ended) this.#model.settle(request, charge)
    await Promise.allSettled([...written, ...decisions])
    await Promise.all(written)
    for (const [index, decision] of (await Promise.all(decisions)).entries()) {
      const { id, quotas, demand, sent } = asked[index] as ReturnType<typeof admissionOf>
      const verdict = this.#model.decide(quotas, demand, this.#now)
      expect(verdictOf(decision)).toEqual(verdict)
      this.#count(
        'parts' in verdict ? 'admitted' : `refused ${verdict.blockedByHolds ? 'by holds' : 'for good'}`,
      )
      if ('parts' in verdict) this.#model.place(id, name, sent, quotas, verdict.parts)
      if (decision.admitted) this.#sheets.set(id, decision.sheet)
    }
  }

  /**
   * Both nodes are asked at once while a grant is made: nobody knows the order, so what was let in is taken over, and
   * must be within every limit; and a refusal must be true of some moment between.
   */
  async #race({ admissions, grant }: Drawn<'race'>): Promise<void> {
    const asked = admissions.map((drawn) => this.#admission(drawn))
    const before = new Map(this.#quotas.map((quota) => [quota.counter, this.#model.left(quota, this.#now)]))
    const granted = this.#grant(grant)
    const answers = asked.map(
      (entry, index) => this.#nodes[index % 2]?.ledger.admit(entry) as Promise<Placed>,
    )
    // All of them, even if one fails: of a story that goes wrong nothing may reach into the next one.
    await Promise.allSettled([...answers, granted])
    await granted
    const decisions = await Promise.all(answers)
    for (const [index, decision] of decisions.entries()) {
      const { id, quotas, sent } = asked[index] as ReturnType<typeof admissionOf>
      const verdict = verdictOf(decision)
      if (decision.admitted) this.#sheets.set(id, decision.sheet)
      if ('parts' in verdict)
        this.#model.place(id, this.#nodes[index % 2]?.name ?? '', sent, quotas, verdict.parts)
    }
    for (const decision of decisions) {
      this.#count(decision.admitted ? 'admitted in a race' : 'refused in a race')
      if (decision.admitted) {
        for (const { quota } of decision.parts)
          expect(this.#model.left(quota, this.#now)).toBeGreaterThanOrEqual(0n)
        continue
      }
      const { quota, left, needed } = decision.refusal
      const most = (before.get(quota.counter) ?? 0n) + (quota.amount === null ? grant * this.#scale : 0n)
      expect(left === 0n || left < needed).toBe(true)
      expect(left).toBeLessThanOrEqual(most > 0n ? most : 0n)
    }
  }

  #admission({ quotas, demand, sent }: Drawn<'race'>['admissions'][number]) {
    const scaled = {
      ...demand,
      inputNanos: demand.inputNanos * this.#scale,
      outputNanos: demand.outputNanos * this.#scale,
      fixedNanos: demand.fixedNanos * this.#scale,
    }
    const own = { id: `${this.#run}${this.#made++}`, at: this.#now, sent }
    this.#begun.set(own.id, own.at)
    return admissionOf(
      quotas.map((place) => this.#quotas[place] as Quota),
      scaled,
      own,
      { organization_id: this.#run },
    )
  }

  async #grant(amount: bigint): Promise<void> {
    const amountNanos = amount * this.#scale
    const { counter } = this.#quotas.at(-1) as Quota
    // More than a balance may have is refused, which others test.
    if (this.#model.granted(counter) + amountNanos > 90_000_000n * 10n ** 9n) return
    this.#model.grant(counter, amountNanos)
    await grantCredits(this.#deps, OPERATOR, { organizationId: this.#run, amountNanos })
  }

  async #refund({ pick, part }: Drawn<'refund'>): Promise<void> {
    const request = this.#find(pick, 'ended')
    if (!request) return
    const most = largest(this.#model.refundable(request).map(({ charged, refunded }) => charged - refunded))
    const amountNanos = (most * BigInt(part)) / 100n
    const refund = refundRequest(this.#deps, OPERATOR, request.id, { amountNanos })
    if (most === 0n || amountNanos === 0n || amountNanos > most) {
      await expect(refund).rejects.toThrow(AppError)
      return
    }
    await refund
    this.#count('refunded')
    this.#model.refund(request, amountNanos)
  }

  async #markSent({ pick }: Drawn<'sent'>): Promise<void> {
    const request = this.#find(pick, 'any')
    if (!request) return
    // Only what was not to be sent at once has a sheet of its own, which can be marked.
    const markable = request.state === 'open' && this.#sheets.get(request.id) === request.id
    expect(await markSent(this.#deps, request.id)).toBe(markable)
    request.sent ||= markable
  }

  /** The node forgets all; nobody settles what it held, and its lease ends by itself. */
  async #crash({ node, silent }: Drawn<'crash'>): Promise<void> {
    const { name } = this.#nodes[node] as Node
    const until = this.#now + LEASE_MS
    this.#dead.set(name, until)
    await this.#deps.db.updateTable('nodes').set({ lease_until: until }).where('id', '=', name).execute()
    await this.#boot(node)
    this.#now += silent
  }

  async #expire({ node }: Drawn<'expire'>): Promise<void> {
    const { ledger, store } = this.#nodes[node] as Node
    const lost = this.#model.requests.filter(
      (request) => request.state === 'open' && (this.#dead.get(request.node) ?? FOR_EVER) < this.#now,
    )
    const deps = { ...this.#deps, store, db: store.db }
    const lease = new NodeLease(deps)
    await lease.start()
    expect(await new Sweeper(deps, ledger, lease).sweep()).toBe(lost.length)
    await lease.stop()
    for (const request of lost) this.#model.sweep(request)
  }

  #limit({ quota: place, amount }: Drawn<'limit'>): void {
    const at = place % this.#quotas.length
    const quota = this.#quotas[at] as Quota
    if (quota.amount === null) return
    const divisor = { in_flight: IN_FLIGHT, requests: REQUEST, tokens: 1n, credits: 1n }[quota.unit]
    this.#quotas[at] = {
      ...quota,
      amount: quota.unit === 'credits' ? amount * this.#scale : amount / divisor,
    }
  }

  #find(pick: number, state: 'open' | 'ended' | 'any', node?: string): Request | undefined {
    const fits = this.#model.requests.filter(
      (request) =>
        (state === 'any' || (state === 'open') === (request.state === 'open')) &&
        (node === undefined || request.node === node),
    )
    return fits[pick % fits.length]
  }

  async #compare(): Promise<void> {
    const ids = this.#quotas.map(({ counter }) => counter).sort()
    const books = await readBooks(this.#deps.store, ids)
    expectBalanced(books)
    const byId = <T extends { id: string }>(rows: readonly T[]) =>
      rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    expect(byId(books.rows)).toEqual(ids.map((id) => this.#model.counter(id)))
    const holds = byId(this.#model.requests.filter(({ state }) => state === 'open'))
    expect(byId(books.holds).map(({ id, node, sent, parts }) => ({ id, node, sent, parts }))).toEqual(
      holds.map(({ id, node, sent, claims }) => ({
        id,
        node,
        sent: sent ? 1 : 0,
        parts: claims.map(shareOf),
      })),
    )
    // A sheet stays no longer than one of its requests is under way.
    const standing = new Set(holds.map(({ id }) => this.#sheets.get(id)))
    expect(new Set(books.sheets.map(({ id }) => id))).toEqual(standing)
    const ended = byId(this.#model.requests.filter(({ state }) => state !== 'open'))
    expect(byId(books.events).map(({ id, error_code, charges }) => ({ id, error_code, charges }))).toEqual(
      ended.map(({ id, state, claims }) => ({
        id,
        error_code: state === 'swept' ? 'node_lost' : null,
        charges: JSON.stringify(
          claims.map(({ counter, window, held, charged }) => [counter, window, `${held}`, `${charged}`]),
        ),
      })),
    )
  }
}

function chargeOf(
  request: Request,
  { part, reached }: { part: number; reached: boolean },
): { charge: Charge } {
  if (!reached) return { charge: { credits: 0n, tokens: 0n, requests: 0n } }
  const most = (unit: string) =>
    largest(request.claims.map((claim) => (claim.unit === unit ? claim.held : 0n)))
  const share = (unit: string) => (most(unit) * BigInt(part)) / 100n
  return { charge: { credits: share('credits'), tokens: share('tokens'), requests: 1n } }
}

function largest(amounts: readonly bigint[]): bigint {
  let most = 0n
  for (const amount of amounts) if (amount > most) most = amount
  return most
}

function shareOf({ counter, window, unit, held }: Request['claims'][number]) {
  return { counter, windowStart: window, unit, amount: held }
}

function verdictOf(decision: Decision): Verdict {
  if (decision.admitted) {
    const parts = decision.parts.map(({ windowStart, amount, left }) => ({
      window: windowStart,
      amount,
      left,
    }))
    return { output: decision.output, parts }
  }
  const { quota, left, needed, blockedByHolds } = decision.refusal
  return { refusedBy: quota.counter, left, needed, blockedByHolds }
}
