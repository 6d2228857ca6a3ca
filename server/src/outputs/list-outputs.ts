import type { Deps } from '../deps.ts'
import { expireOutputRows, outputRowsOf } from './list-outputs.store.ts'

/** A kept file, for those who may see its task. */
export interface ListedOutput {
  readonly id: string
  readonly taskId: string
  readonly contentType: string
  /** Bytes. */
  readonly size: number
  readonly width: number | null
  readonly height: number | null
  readonly durationMs: number | null
}

/** What is still kept of what tasks made, in the order in which each made it. */
export async function listOutputs(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  taskIds: readonly string[],
): Promise<ListedOutput[]> {
  if (taskIds.length === 0) return []
  return (await outputRowsOf(db, taskIds, now())).map((row) => ({
    id: row.id,
    taskId: row.task_id,
    contentType: row.content_type,
    size: row.size,
    width: row.width,
    height: row.height,
    durationMs: row.duration_ms,
  }))
}

/** Lets files go whose tasks are removed, in the transaction that removes them. */
export async function expireOutputs(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  taskIds: readonly string[],
): Promise<void> {
  await expireOutputRows(db, taskIds, now())
}
