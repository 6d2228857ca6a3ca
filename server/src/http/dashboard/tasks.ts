import type { Static } from 'typebox'
import { isManager } from '../../auth/signed-in.ts'
import { AppError } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import { listOutputs } from '../../outputs/list-outputs.ts'
import { cancelTask } from '../../tasks/cancel-task.ts'
import { getTask, tasksAfter, timelineOf } from '../../tasks/read-tasks.ts'
import { TASK_STATES, type Task, type TaskFilter, type TaskScope } from '../../tasks/task.ts'
import { namesOf } from '../../usage/names.ts'
import { listDeliveries } from '../../webhooks/delivery-log.ts'
import { type Context, type Route, route, sessionOf } from '../route.ts'
import { GENERATE_ERRORS, GenerateBody, TaskObject } from '../task-wire.ts'
import { generate, type TaskParts } from '../v1/generate.ts'
import { afterOf, Id, One, PAGE_SIZE, Page, pageOf, Sought } from './page.ts'
import { TaskDetail, TaskItem, type TaskSurroundings, taskDetail, taskItem } from './task-view.ts'
import { timeOf } from './usage-scope.ts'

const DELIVERIES_SHOWN = 50

const ListQuery = Type.Object({
  status: Type.Optional(Type.Enum([...TASK_STATES])),
  model: Type.Optional(Sought(128)),
  key: Type.Optional(Sought(128, 'The `hash` of a key')),
  user: Type.Optional(Sought(64, 'The id of a member; members see their own tasks only')),
  from: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601; created then or later' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601; created before' })),
  cursor: Type.Optional(Type.String({ maxLength: 500, description: '`next` of the page before' })),
})

const Params = Type.Object({ id: Id })

const SHARED = { surface: 'dashboard', access: { session: 'member' }, tag: 'Dashboard tasks' } as const

/** Tasks in the dashboard: owners and admins see the organisation's, members their own. */
export function dashboardTaskRoutes(parts: TaskParts): Route[] {
  return [listRoute(parts), detailRoute(parts), cancelRoute(parts), generateRoute(parts)]
}

/** What tasks are shown with, read for a whole page at once. */
async function around({ deps, outputs }: TaskParts, tasks: readonly Task[]): Promise<TaskSurroundings> {
  const withFiles = tasks.filter((task) => task.outputs.length > 0).map(({ id }) => id)
  const [names, files] = await Promise.all([
    namesOf(deps.db, {
      key: tasks.map(({ keyId }) => keyId),
      user: tasks.map(({ userId }) => userId),
      project: tasks.flatMap(({ projectId }) => projectId ?? []),
    }),
    listOutputs(deps, withFiles),
  ])
  return { names, files, outputs }
}

function listRoute(parts: TaskParts): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/tasks',
    summary: 'List tasks, newest first, 50 a page',
    query: ListQuery,
    replies: { 200: Page(TaskItem) },
    errors: ['invalid_request', 'not_found'],
    async run(context) {
      const place = afterOf<[number, string]>(context.query, 'number', 'string')
      const tasks = await tasksAfter(parts.deps, filterOf(context), { limit: PAGE_SIZE + 1, ...place })
      const surroundings = await around(parts, tasks)
      const page = pageOf(
        tasks,
        ({ createdAt, id }) => [createdAt, id],
        (task) => taskItem(task, surroundings),
      )
      return { body: page }
    },
  })
}

function detailRoute(parts: TaskParts): Route {
  const { deps } = parts
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/tasks/:id',
    summary: 'Get a task with its timeline and the webhooks that were told of it',
    params: Params,
    replies: { 200: One(TaskDetail) },
    errors: ['not_found'],
    async run(context) {
      const scope = scopeOf(context)
      const task = await getTask(deps, scope, context.params.id)
      const { organizationId, userId } = scope
      const [surroundings, events, deliveries] = await Promise.all([
        around(parts, [task]),
        timelineOf(deps, task.id),
        listDeliveries(deps, {
          organizationId,
          subjectId: task.id,
          limit: DELIVERIES_SHOWN,
          ...(userId !== undefined && { ownerId: userId }),
        }),
      ])
      return { body: { data: taskDetail(task, surroundings, events, deliveries) } }
    },
  })
}

function cancelRoute({ deps, outputs, worker }: TaskParts): Route {
  return route({
    ...SHARED,
    method: 'POST',
    path: '/api/dashboard/tasks/:id/cancel',
    summary: 'Cancel a task that is still pending',
    params: Params,
    replies: { 200: One(Type.Object({ id: Type.String(), status: Type.Enum([...TASK_STATES]) })) },
    errors: ['not_found', 'task_not_pending'],
    async run(context) {
      const { id, state } = await cancelTask(
        deps,
        outputs,
        scopeOf(context),
        context.params.id,
        worker.settled,
      )
      return { body: { data: { id, status: state } } }
    },
  })
}

function generateRoute(parts: TaskParts): Route {
  const path = '/api/dashboard/playground/generate'
  return route({
    ...SHARED,
    method: 'POST',
    path,
    summary: 'Generate images, videos, sounds or texts',
    description: 'As `POST /v1/generate`. Its usage rows stand under the key `session:<id of the user>`.',
    body: GenerateBody,
    replies: { 202: One(TaskObject) },
    errors: GENERATE_ERRORS,
    run: (context) => generate(parts, context, `POST ${path}`, (data) => ({ data })),
  })
}

function scopeOf(context: Pick<Context, 'session'>): TaskScope {
  const { user, organization } = sessionOf(context)
  return { organizationId: organization.id, ...(!isManager(organization.role) && { userId: user.id }) }
}

/** @throws AppError `not_found` when a member names somebody else */
function filterOf(
  context: Pick<Context<unknown, Static<typeof ListQuery>>, 'session' | 'query'>,
): TaskFilter {
  const { status, model, key, user, from, to } = context.query
  const scope = scopeOf(context)
  if (user !== undefined && scope.userId !== undefined && user !== scope.userId) {
    throw new AppError('not_found', { message: 'There is no such member', param: 'user' })
  }
  return {
    ...scope,
    ...(user !== undefined && { userId: user }),
    ...(status !== undefined && { state: status }),
    ...(model !== undefined && { model }),
    ...(key !== undefined && { keyId: key }),
    ...(from !== undefined && { from: timeOf(from, 'from') }),
    ...(to !== undefined && { to: timeOf(to, 'to') }),
  }
}
