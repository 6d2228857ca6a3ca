import { AsyncLocalStorage } from 'node:async_hooks'
import { APIError } from 'better-auth/api'
import { getAdapter } from 'better-auth/db/adapter'
import type { BetterAuthOptions, DBAdapter, Where } from 'better-auth/types'
import { withdrawInvitations } from '../accounts/invitations.ts'
import { leaveProjects } from '../accounts/projects.ts'
import { createUser } from '../accounts/users.ts'
import { type AuditEntry, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { auditEntry, isAudited, ownerOf, type Row } from './audited-fields.ts'
import { lockRows } from './auth.store.ts'
import { newTurn, requireOwners, requireRight, type Turn, takeTurn } from './organization-rights.ts'
import { refusing } from './refusal.ts'
import { checkRow, requireSignUpAllowed } from './row-rules.ts'
import { currentActor, currentScope } from './scope.ts'
import { lockAfterFailures } from './second-factor.ts'
import { endsTrust, endTrust } from './trust.ts'
import { requireSamePassword } from './ways-in.ts'

/** The library's own default would cut what is read to see what changes. */
const ROWS_MOST = 100_000

interface Open {
  readonly deps: Deps
  readonly adapter: DBAdapter
  /** Written at the end, since the head of the chain is locked from the first one on. */
  readonly entries: { readonly owner: string | null; readonly entry: AuditEntry }[]
  readonly turn: Turn
}

type Args<M extends keyof DBAdapter> = Parameters<Extract<DBAdapter[M], (...args: never[]) => unknown>>[0]

/**
 * The sign-in library's adapter over our database handle. Every change of its models happens in `transact` and leaves
 * its audit row there, whichever endpoint or plugin makes it; what the library itself puts into one transaction is one.
 */
export function auditedAdapter(deps: Deps): (options: BetterAuthOptions) => DBAdapter {
  return (options) => new AuditedAdapter(deps, options) as unknown as DBAdapter
}

class AuditedAdapter {
  readonly id = 'claviger'
  readonly options = { adapterConfig: { adapterId: 'claviger', adapterName: 'Claviger', transaction: true } }
  readonly #deps: Deps
  readonly #over: (db: Deps['db']) => Promise<DBAdapter>
  readonly #outside: Promise<DBAdapter>
  readonly #open = new AsyncLocalStorage<Open>()

  constructor(deps: Deps, options: BetterAuthOptions) {
    this.#deps = deps
    this.#over = (db) =>
      getAdapter({ ...options, database: { db: db as never, type: deps.store.kind, transaction: false } })
    this.#outside = this.#over(deps.db)
  }

  transaction<R>(work: (adapter: DBAdapter) => Promise<R>): Promise<R> {
    return this.#inside(() => work(this as unknown as DBAdapter))
  }

  findOne = (args: Args<'findOne'>) => this.#ask((adapter) => adapter.findOne(args))
  findMany = (args: Args<'findMany'>) => this.#ask((adapter) => adapter.findMany(args))
  count = (args: Args<'count'>) => this.#ask((adapter) => adapter.count(args))

  create(args: Args<'create'>): Promise<unknown> {
    const { model } = args
    if (!isAudited(model)) return this.#ask((adapter) => adapter.create(args))
    return this.#inside(async (open) => {
      await checkRow(open.deps, model, args.data, undefined)
      await requireRight(open.deps, open.turn, { model, before: undefined, given: args.data })
      if (model === 'user') return createPerson(open, args.data)
      if (model === 'session') await requireSamePassword(open.deps, String(args.data.userId))
      const row = await open.adapter.create<Row, Row>(args as never)
      if (endsTrust(model, args.data)) await endTrustOf(open, model, row)
      note(open, model, undefined, row)
      return row
    })
  }

  update(args: Args<'update'>): Promise<unknown> {
    return this.#change(args, args.update, (adapter) => adapter.update<Row>(args))
  }

  updateMany(args: Args<'updateMany'>): Promise<unknown> {
    return this.#change(args, args.update, (adapter) => adapter.updateMany(args))
  }

  incrementOne(args: Args<'incrementOne'>): Promise<unknown> {
    return this.#change(args, args.set ?? {}, (adapter) => adapter.incrementOne<Row>(args))
  }

  async delete(args: Args<'delete'>): Promise<void> {
    await this.#remove(args, (adapter) => adapter.delete(args))
  }

  deleteMany(args: Args<'deleteMany'>): Promise<unknown> {
    return this.#remove(args, (adapter) => adapter.deleteMany(args))
  }

  consumeOne(args: Args<'consumeOne'>): Promise<unknown> {
    return this.#remove(args, (adapter) => adapter.consumeOne<Row>(args))
  }

  /** Compares the rows before and after, since a condition may concern many and the library returns one at most. */
  #change(
    { model, where }: { model: string; where: Where[] },
    update: Row,
    work: (adapter: DBAdapter) => Promise<unknown>,
  ): Promise<unknown> {
    if (!isAudited(model)) return this.#ask(work)
    return this.#inside(async (open) => {
      const before = await lockedRows(open, model, where)
      for (const row of before) {
        await checkRow(open.deps, model, update, row)
        await requireRight(open.deps, open.turn, { model, before: row, given: update })
      }
      const result = await work(open.adapter)
      if (model === 'twoFactor') await lockAfterFailures(open.deps, before)
      const ids = before.map((row) => String(row.id))
      const after =
        ids.length === 0 ? [] : await rowsOf(open, model, [{ field: 'id', operator: 'in', value: ids }])
      for (const row of after) {
        const old = before.find(({ id }) => id === row.id)
        note(open, model, old, row)
        if (endsTrust(model, update)) await endTrustOf(open, model, row)
        if (model === 'member' && row.role !== old?.role) await withdraw(open, row, String(row.role))
      }
      return result
    })
  }

  #remove(
    { model, where }: { model: string; where: Where[] },
    work: (adapter: DBAdapter) => Promise<unknown>,
  ): Promise<unknown> {
    if (!isAudited(model)) return this.#ask(work)
    return this.#inside(async (open) => {
      const before = await lockedRows(open, model, where)
      for (const row of before)
        await requireRight(open.deps, open.turn, { model, before: row, given: undefined })
      const result = await work(open.adapter)
      for (const row of before) {
        note(open, model, row, undefined)
        if (endsTrust(model, undefined)) await endTrustOf(open, model, row)
      }
      if (model === 'member')
        for (const row of before) {
          await leaveProjects(open.deps, currentActor(null), String(row.organizationId), String(row.userId))
          await withdraw(open, row, undefined)
        }
      return result
    })
  }

  async #ask<T>(work: (adapter: DBAdapter) => Promise<T>): Promise<T> {
    return noting(async () => work(this.#open.getStore()?.adapter ?? (await this.#outside)))
  }

  #inside<T>(work: (open: Open) => Promise<T>): Promise<T> {
    const joined = this.#open.getStore()
    if (joined) return noting(() => work(joined))
    return noting(() =>
      transact(this.#deps, async (deps) => {
        const open: Open = { deps, adapter: await this.#over(deps.db), entries: [], turn: newTurn() }
        const result = await this.#open.run(open, () => work(open))
        await requireOwners(deps, open.turn)
        for (const { owner, entry } of open.entries) await recordAudit(deps, currentActor(owner), entry)
        return result
      }),
    )
  }
}

/** A person who signs up is made the way every user is, with an organisation of his own. */
async function createPerson({ deps, adapter }: Open, data: Row): Promise<Row> {
  const invited = await requireSignUpAllowed(deps, String(data.email), data.emailVerified === true)
  const { email, name, createdAt: _, updatedAt: __, id: ___, ...rest } = data
  const actor = currentActor(null)
  const user = await createUser(deps, actor, { email: String(email), name: String(name) })
  const update = { ...rest, ...(invited && { emailVerified: true }) }
  const where = [{ field: 'id', value: user.id }]
  const row = await adapter.update<Row>({ model: 'user', where, update })
  if (!row) throw new Error('A user vanished from the transaction that made it')
  return row
}

async function endTrustOf({ deps }: Open, model: string, row: Row): Promise<void> {
  const scope = currentScope()
  // Whoever changes his password shows the old one, and gets a new session.
  if (scope && model === 'account') scope.shown = undefined
  await endTrust(deps, String(ownerOf(model, row)))
}

/** The library would let in whomever a former member has invited. */
async function withdraw({ deps }: Open, row: Row, role: string | undefined): Promise<void> {
  const membership = { organizationId: String(row.organizationId), userId: String(row.userId) }
  await withdrawInvitations(deps, currentActor(null), membership, role)
}

function note(open: Open, model: string, before: Row | undefined, after: Row | undefined): void {
  const entry = auditEntry(model, before, after)
  if (entry) open.entries.push({ owner: ownerOf(model, (after ?? before) as Row), entry })
}

async function rowsOf({ adapter }: Open, model: string, where: Where[]): Promise<Row[]> {
  return adapter.findMany<Row>({ model, where, limit: ROWS_MOST })
}

/** Rows as they are once they are locked: until then another transaction may change them. */
async function lockedRows(open: Open, model: string, where: Where[]): Promise<Row[]> {
  const rows = await rowsOf(open, model, where)
  const { db, store } = open.deps
  if (store.kind === 'sqlite' || rows.length === 0) return rows
  await takeTurn(open.deps, model, rows)
  const there = await lockRows(
    db,
    store.kind,
    model as never,
    rows.map((row) => String(row.id)),
  )
  return (await rowsOf(open, model, where)).filter((row) => there.has(String(row.id)))
}

/** What the door has to look at later is kept, since the library has answers of its own for what it does not know. */
async function noting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await refusing(work)
  } catch (error) {
    const scope = currentScope()
    if (scope && !(error instanceof APIError)) scope.failure ??= error
    throw error
  }
}
