import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Outputs } from '../outputs/outputs.ts'
import { endTask } from './end-task.ts'
import { getTask } from './read-tasks.ts'
import type { TaskTools } from './run-task.ts'
import type { Task, TaskScope } from './task.ts'
import { findTaskIn } from './tasks.store.ts'

/**
 * Calls a task back that no provider has got yet; what it held is free again.
 *
 * @throws AppError `not_found`, `task_not_pending`
 */
export async function cancelTask(
  deps: Deps,
  outputs: Pick<Outputs, 'linkTo'>,
  scope: TaskScope,
  id: string,
  settled: TaskTools['settled'],
): Promise<Task> {
  return transact(deps, async (deps) => {
    const row = await findTaskIn(deps.db, scope, id)
    if (!row) throw new AppError('not_found', { message: 'Task not found' })
    const end = {
      state: 'cancelled',
      error: 'Cancelled by request',
      code: 'cancelled',
      byCustomer: true,
    } as const
    const ended = await endTask(deps, outputs, row, end, false)
    if (ended) deps.afterCommit(() => settled(ended.event))
    const task = await getTask(deps, scope, id)
    // Called back twice, it is called back.
    if (ended || task.state === 'cancelled') return task
    const message = `Only a pending task can be cancelled; this one is ${task.state}`
    throw new AppError('task_not_pending', { message })
  })
}
