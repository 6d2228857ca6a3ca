import { type Insertable, type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import type { TaskTable } from '../storage/task-tables.ts'
import type { TaskEventKind, TaskFilter, TaskRow, TaskScope } from './task.ts'

type Db = Kysely<Tables>

export async function insertTask(db: Db, row: Insertable<TaskTable>): Promise<void> {
  await db.insertInto('tasks').values(row).execute()
}

export interface NewEvent {
  readonly taskId: string
  readonly kind: TaskEventKind
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Adds to the timelines of tasks whose rows the transaction has changed, which gives each its place in the order. */
export async function insertEvents(db: Db, at: number, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ taskId, kind, detail }) => {
    const seq = sql`(SELECT COALESCE(MAX(seq), 0) + 1 FROM task_events WHERE task_id = ${taskId})`
    return sql`(${taskId}, ${seq}, ${at}, ${kind}, ${detail ? JSON.stringify(detail) : null})`
  })
  await sql`INSERT INTO task_events (task_id, seq, at, kind, detail) VALUES ${sql.join(rows)}`.execute(db)
}

/** Whether exactly this stands in a timeline. */
export async function hasEvent(db: Db, at: number, { taskId, kind, detail }: Required<NewEvent>) {
  const found = await db
    .selectFrom('task_events')
    .select('seq')
    .where('task_id', '=', taskId)
    .where('at', '=', at)
    .where('kind', '=', kind)
    .where('detail', '=', JSON.stringify(detail))
    .executeTakeFirst()
  return found !== undefined
}

export async function findEvents(db: Db, taskId: string) {
  return db.selectFrom('task_events').selectAll().where('task_id', '=', taskId).orderBy('seq').execute()
}

export async function findTask(db: Db, id: string): Promise<TaskRow | undefined> {
  return db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Of the scope only: another's is as good as none. */
export async function findTaskIn(db: Db, scope: TaskScope, id: string): Promise<TaskRow | undefined> {
  return within(db.selectFrom('tasks').selectAll(), scope).where('id', '=', id).executeTakeFirst()
}

/** Newest first. */
export async function findTasks(
  db: Db,
  filter: TaskFilter,
  page: {
    readonly limit: number
    readonly offset?: number
    readonly after?: readonly [createdAt: number, id: string]
  },
): Promise<TaskRow[]> {
  // Their index alone tells which tasks match or are passed; rows, which are large, are read of those that are shown.
  let places = matching(db.selectFrom('tasks').select('id'), filter)
  if (page.after) {
    const [createdAt, id] = page.after
    places = places.where(sql<boolean>`(created_at, id) < (${createdAt}, ${id})`)
  }
  places = places.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit)
  return db
    .selectFrom((page.offset ? places.offset(page.offset) : places).as('shown'))
    .innerJoin('tasks as t', 't.id', 'shown.id')
    .selectAll('t')
    .orderBy('t.created_at', 'desc')
    .orderBy('t.id', 'desc')
    .execute()
}

export async function countTasks(db: Db, filter: TaskFilter): Promise<number> {
  const query = db.selectFrom('tasks').select((e) => e.fn.countAll<number>().as('count'))
  return Number((await matching(query, filter).executeTakeFirstOrThrow()).count)
}

/** Of a task that no provider has got yet, and of no other. @returns whether there was one */
export async function updatePending(db: Db, id: string, change: Partial<TaskRow>): Promise<boolean> {
  const result = await db
    .updateTable('tasks')
    .set(change)
    // Whoever has claimed it meanwhile finds that it is not his any more.
    .set((e) => ({ fence: e('fence', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** How many tasks have not ended, by state, and since when the oldest of them waits (milliseconds). */
export async function countOpen(db: Db) {
  return db
    .selectFrom('tasks')
    .select(['state', (e) => e.fn.countAll<number>().as('count'), (e) => e.fn.min('created_at').as('oldest')])
    .where('completed_at', 'is', null)
    .groupBy('state')
    .execute()
}

export async function findEndedBefore(db: Db, time: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('tasks')
    .select('id')
    .where('completed_at', 'is not', null)
    .where('completed_at', '<', time)
    .orderBy('completed_at')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

export async function deleteTasks(db: Db, ids: readonly string[]): Promise<void> {
  await db
    .deleteFrom('task_events')
    .where('task_id', 'in', [...ids])
    .execute()
  await db
    .deleteFrom('tasks')
    .where('id', 'in', [...ids])
    .execute()
}

function within<O>(query: SelectQueryBuilder<Tables, 'tasks', O>, { organizationId, userId }: TaskScope) {
  const narrowed = query.where('organization_id', '=', organizationId)
  return userId === undefined ? narrowed : narrowed.where('user_id', '=', userId)
}

function matching<O>(query: SelectQueryBuilder<Tables, 'tasks', O>, filter: TaskFilter) {
  let narrowed = within(query, filter)
  if (filter.state !== undefined) narrowed = narrowed.where('state', '=', filter.state)
  if (filter.model !== undefined) narrowed = narrowed.where('model', '=', filter.model)
  if (filter.keyId !== undefined) narrowed = narrowed.where('key_id', '=', filter.keyId)
  if (filter.from !== undefined) narrowed = narrowed.where('created_at', '>=', filter.from)
  if (filter.to !== undefined) narrowed = narrowed.where('created_at', '<', filter.to)
  return narrowed
}
