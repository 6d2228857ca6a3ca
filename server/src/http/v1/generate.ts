import type { Deps } from '../../deps.ts'
import { type Caller, keyCaller } from '../../gateway/caller.ts'
import { sessionCaller } from '../../gateway/session-caller.ts'
import type { KeyVerifier } from '../../keys/verify.ts'
import { Type } from '../../lib/schema.ts'
import type { Outputs } from '../../outputs/outputs.ts'
import type { Catalogues } from '../../providers/catalogues.ts'
import { createTask } from '../../tasks/create-task.ts'
import type { TaskWorker } from '../../tasks/worker.ts'
import { createOnce } from '../create-once.ts'
import { type Context, keyOf, type Reply, type Route, route } from '../route.ts'
import { GENERATE_ERRORS, GenerateBody, newTaskOf, TaskObject, taskObject } from '../task-wire.ts'

/** What the routes of tasks need. */
export interface TaskParts {
  readonly deps: Deps
  readonly catalogues: Catalogues
  readonly verifier: Pick<KeyVerifier, 'confirm'>
  readonly outputs: Pick<Outputs, 'linkTo'>
  readonly worker: Pick<TaskWorker, 'wake' | 'settled'>
}

/** Generation, as EggAPI has it. */
export function generateRoutes(parts: TaskParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/generate',
      surface: 'envelope',
      access: { key: 'inference', session: 'member' },
      tag: 'Generation',
      summary: 'Generate images, videos, sounds or texts',
      description:
        'Answers at once with a task, which is worked on later. Its greatest price is held until it ends; charged is what came. An `Idempotency-Key` makes a repetition harmless.',
      body: GenerateBody,
      replies: { 202: Type.Object({ data: TaskObject, error: Type.Null() }) },
      errors: GENERATE_ERRORS,
      run: (context) => generate(parts, context, 'POST /v1/generate', (data) => ({ data, error: null })),
    }),
  ]
}

/** Makes a task, at most once per Idempotency-Key. @param lay how the answer is laid out */
export async function generate(
  { deps, catalogues, verifier, outputs, worker }: TaskParts,
  context: Context,
  name: string,
  lay: (task: ReturnType<typeof taskObject>) => unknown,
): Promise<Reply> {
  const caller = await callerFor(deps, verifier, context)
  const request = newTaskOf(context.body as Parameters<typeof newTaskOf>[0], context.header('x-end-user'))
  // The same snapshot throughout, and none that a change was before.
  const catalogue = await catalogues.newest()
  const create = async (deps: Deps) => {
    const { task, headers } = await createTask(deps, catalogue, caller, request)
    deps.afterCommit(() => worker.wake())
    return { status: 202, body: lay(taskObject(task, outputs, deps.config.credits.symbol)), headers }
  }
  return createOnce(deps, context, name, create, ({ status, body }) => ({ status, body }))
}

function callerFor(
  deps: Deps,
  verifier: TaskParts['verifier'],
  context: Pick<Context, 'key' | 'session'>,
): Caller | Promise<Caller> {
  if (!context.session) return keyCaller(keyOf(context), verifier.confirm.bind(verifier))
  const { user, organization } = context.session
  return sessionCaller(deps, { userId: user.id, organizationId: organization.id })
}
