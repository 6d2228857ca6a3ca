import type { Static } from 'typebox'
import { AppError } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import { parseTime } from '../../lib/time.ts'
import { cancelTask } from '../../tasks/cancel-task.ts'
import { getTask, listTasks } from '../../tasks/read-tasks.ts'
import { TASK_STATES, type TaskFilter, type TaskScope } from '../../tasks/task.ts'
import { Id, Sought } from '../dashboard/page.ts'
import { type Context, keyOf, type Route, route } from '../route.ts'
import { TaskObject, taskObject } from '../task-wire.ts'
import type { TaskParts } from './generate.ts'

const Query = Type.Object({
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  per_page: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  status: Type.Optional(Type.Enum([...TASK_STATES])),
  model: Type.Optional(Sought(128)),
  from: Type.Optional(
    Type.String({ description: 'ISO 8601 time; tasks that were created then or later', maxLength: 40 }),
  ),
  to: Type.Optional(Type.String({ description: 'ISO 8601 time; tasks created before', maxLength: 40 })),
})

const TaskList = Type.Object({
  data: Type.Object({
    items: Type.Array(TaskObject),
    pagination: Type.Object({
      page: Type.Integer(),
      per_page: Type.Integer(),
      total: Type.Integer(),
      total_pages: Type.Integer(),
    }),
  }),
  error: Type.Null(),
})

const Params = Type.Object({ id: Id })
const OneTask = Type.Object({ data: TaskObject, error: Type.Null() })

const SHARED = {
  surface: 'envelope',
  access: { key: 'inference', session: 'member' },
  tag: 'Generation',
} as const

/** Tasks of the caller's user in its organisation. */
export function taskRoutes(parts: Pick<TaskParts, 'deps' | 'outputs' | 'worker'>): Route[] {
  const { deps, outputs, worker } = parts
  const { symbol } = deps.config.credits
  const show = (task: Parameters<typeof taskObject>[0]) => taskObject(task, outputs, symbol)
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: '/v1/tasks',
      summary: 'List tasks, newest first',
      query: Query,
      replies: { 200: TaskList },
      errors: ['validation_failed'],
      async run(context) {
        const { page, per_page } = context.query
        const { items, total } = await listTasks(deps, filterOf(context), { number: page, size: per_page })
        const pagination = { page, per_page, total, total_pages: Math.ceil(total / per_page) }
        return { body: { data: { items: items.map(show), pagination }, error: null } }
      },
    }),
    route({
      ...SHARED,
      method: 'GET',
      path: '/v1/tasks/:id',
      summary: 'Get a task',
      description: 'A task that failed is a good answer with `status` `failed`, and costs nothing.',
      params: Params,
      replies: { 200: OneTask },
      errors: ['not_found'],
      async run(context) {
        const task = await getTask(deps, scopeOf(context), context.params.id)
        return { body: { data: show(task), error: null } }
      },
    }),
    route({
      ...SHARED,
      method: 'POST',
      path: '/v1/tasks/:id/cancel',
      summary: 'Cancel a task that is still pending',
      params: Params,
      replies: { 200: OneTask },
      errors: ['not_found', 'task_not_pending'],
      async run(context) {
        const { id } = context.params
        const task = await cancelTask(deps, outputs, scopeOf(context), id, worker.settled)
        return { body: { data: show(task), error: null } }
      },
    }),
  ]
}

function scopeOf(context: Pick<Context, 'key' | 'session'>): TaskScope {
  if (context.session) {
    const { user, organization } = context.session
    return { organizationId: organization.id, userId: user.id }
  }
  const { organizationId, userId } = keyOf(context).key
  return { organizationId, userId }
}

function filterOf(
  context: Pick<Context<unknown, Static<typeof Query>>, 'key' | 'session' | 'query'>,
): TaskFilter {
  const { status, model, from, to } = context.query
  return {
    ...scopeOf(context),
    ...(status !== undefined && { state: status }),
    ...(model !== undefined && { model }),
    ...(from !== undefined && { from: timeOf(from, 'from') }),
    ...(to !== undefined && { to: timeOf(to, 'to') }),
  }
}

function timeOf(text: string, param: string): number {
  const time = parseTime(text)
  if (time !== undefined) return time
  const message = `${param} must be an ISO 8601 time with a zone, e.g. 2026-01-31T00:00:00Z`
  throw new AppError('validation_failed', { message, param })
}
