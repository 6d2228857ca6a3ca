import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { type Task, type TaskEvent, type TaskFilter, type TaskScope, toEvent, toTask } from './task.ts'
import { countOpen, countTasks, findEvents, findTaskIn, findTasks } from './tasks.store.ts'

/** A task of the scope. @throws AppError `not_found` for any other */
export async function getTask({ db }: Pick<Deps, 'db'>, scope: TaskScope, id: string): Promise<Task> {
  const row = await findTaskIn(db, scope, id)
  if (!row) throw new AppError('not_found', { message: 'Task not found' })
  return toTask(row)
}

/** What happened to a task, in order. */
export async function timelineOf({ db }: Pick<Deps, 'db'>, id: string): Promise<TaskEvent[]> {
  return (await findEvents(db, id)).map(toEvent)
}

/** A page of tasks, newest first, and how many there are. */
export async function listTasks(
  { db }: Pick<Deps, 'db'>,
  filter: TaskFilter,
  page: { readonly number: number; readonly size: number },
): Promise<{ readonly items: Task[]; readonly total: number }> {
  const [rows, total] = await Promise.all([
    findTasks(db, filter, { limit: page.size, offset: (page.number - 1) * page.size }),
    countTasks(db, filter),
  ])
  return { items: rows.map(toTask), total }
}

/** Tasks behind a place in the list, newest first. */
export async function tasksAfter(
  { db }: Pick<Deps, 'db'>,
  filter: TaskFilter,
  page: { readonly limit: number; readonly after?: readonly [createdAt: number, id: string] },
): Promise<Task[]> {
  return (await findTasks(db, filter, page)).map(toTask)
}

/** How many tasks have not ended, and how long the oldest that no provider has got waits, in milliseconds. */
export async function queueState({ db, now }: Pick<Deps, 'db' | 'now'>): Promise<{
  readonly pending: number
  readonly processing: number
  readonly oldestPendingMs: number
}> {
  const rows = await countOpen(db)
  const of = (state: string) => rows.find((row) => row.state === state)
  const oldest = of('pending')?.oldest
  return {
    pending: Number(of('pending')?.count ?? 0),
    processing: Number(of('processing')?.count ?? 0),
    oldestPendingMs: oldest == null ? 0 : Math.max(0, now() - Number(oldest)),
  }
}
