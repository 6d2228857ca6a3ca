import type { Static } from 'typebox'
import { formatNanos } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import type { ListedOutput } from '../../outputs/list-outputs.ts'
import type { Outputs } from '../../outputs/outputs.ts'
import { EVENT_KINDS, TASK_STATES, type Task, type TaskEvent, type TaskInput } from '../../tasks/task.ts'
import type { namesOf } from '../../usage/names.ts'
import type { DeliveryRow } from '../../webhooks/delivery-log.ts'
import { Nullable, NullableText } from './page.ts'

const Input = Type.Object({
  prompt: Type.String(),
  negative_prompt: Type.Optional(Type.String()),
  num_outputs: Type.Integer(),
  aspect_ratio: Type.Optional(Type.String()),
  resolution: Type.Optional(Type.String()),
  duration: Type.Optional(Type.Integer()),
  image_urls: Type.Array(Type.String()),
  webhook_url: Type.Optional(Type.String()),
})

const File = Type.Object({
  id: Type.String(),
  url: Type.String({ description: 'A link that is good for a while' }),
  contentType: Type.String(),
  size: Type.Integer({ description: 'Bytes' }),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  durationMs: Nullable(Type.Integer()),
})

const TASK = {
  id: Type.String(),
  status: Type.Enum([...TASK_STATES]),
  model: Type.String(),
  type: Type.String(),
  input: Input,
  files: Type.Array(File, { description: 'What it made and what is still kept of it' }),
  error: NullableText,
  errorCode: NullableText,
  cost: Type.String({ description: 'Credits as a plain decimal, exact' }),
  held: Type.Union([Type.String(), Type.Null()], {
    description: 'Credits that were held for it; null where no quota of credits applied',
  }),
  units: Type.Integer({ description: 'Files or seconds that were charged' }),
  user: Type.Object({ id: Type.String(), name: NullableText, email: NullableText }),
  key: Type.Union([Type.Object({ hash: Type.String(), name: NullableText }), Type.Null()], {
    description: 'null: a person at the playground',
  }),
  project: Nullable(Type.Object({ id: Type.String(), name: NullableText })),
  endUser: NullableText,
  provider: NullableText,
  attempts: Type.Integer(),
  submits: Type.Integer({ description: 'How often it was sent to a provider' }),
  createdAt: Type.String(),
  startedAt: NullableText,
  completedAt: NullableText,
}

export const TaskItem = Type.Object(TASK)

export const TaskDetail = Type.Object({
  ...TASK,
  events: Type.Array(
    Type.Object({
      at: Type.String(),
      kind: Type.Enum([...EVENT_KINDS]),
      detail: Type.Record(Type.String(), Type.Unknown()),
    }),
    { description: 'What happened to it, in order' },
  ),
  deliveries: Type.Array(
    Type.Object({
      id: Type.String(),
      event: Type.String(),
      url: Type.String(),
      state: Type.String(),
      attempts: Type.Integer(),
      lastStatus: Nullable(Type.Integer()),
      lastError: NullableText,
      createdAt: Type.String(),
      deliveredAt: NullableText,
    }),
    { description: 'Webhooks that were told of it, newest first' },
  ),
})

/** What tasks are shown with. */
export interface TaskSurroundings {
  readonly names: Awaited<ReturnType<typeof namesOf>>
  readonly files: readonly ListedOutput[]
  readonly outputs: Pick<Outputs, 'linkTo'>
}

export function taskItem(task: Task, around: TaskSurroundings): Static<typeof TaskItem> {
  const { names, files, outputs } = around
  const { id, model, type, error, errorCode, units, attempts, submits, userId, keyId, projectId } = task
  const user = names.user(userId)
  return {
    id,
    status: task.state,
    model,
    type,
    input: inputOf(task.input, task.webhookUrl),
    files: files
      .filter(({ taskId }) => taskId === id)
      .map(({ taskId: _, ...file }) => ({ ...file, url: outputs.linkTo(file.id) })),
    error,
    errorCode,
    cost: formatNanos(task.costNanos),
    held: task.heldNanos === null ? null : formatNanos(task.heldNanos),
    units,
    user: { id: userId, name: user?.name ?? null, email: user?.label ?? null },
    key: keyId === `session:${userId}` ? null : { hash: keyId, name: names.key(keyId)?.name ?? null },
    project: projectId === null ? null : { id: projectId, name: names.project(projectId)?.name ?? null },
    endUser: task.endUser,
    provider: submits > 0 ? task.provider : null,
    attempts,
    submits,
    createdAt: timeText(task.createdAt),
    startedAt: timeOrNull(task.startedAt),
    completedAt: timeOrNull(task.completedAt),
  }
}

export function taskDetail(
  task: Task,
  around: TaskSurroundings,
  events: readonly TaskEvent[],
  deliveries: readonly DeliveryRow[],
): Static<typeof TaskDetail> {
  return {
    ...taskItem(task, around),
    events: events.map(({ at, kind, detail }) => ({ at: timeText(at), kind, detail: { ...detail } })),
    deliveries: deliveries.map((row) => ({
      id: row.id,
      event: row.event,
      url: row.url,
      state: row.state,
      attempts: row.attempts,
      lastStatus: row.last_status,
      lastError: row.last_error,
      createdAt: timeText(row.created_at),
      deliveredAt: timeOrNull(row.state === 'delivered' ? row.ended_at : null),
    })),
  }
}

function inputOf(input: TaskInput, webhookUrl: string | null): Static<typeof Input> {
  const { prompt, negativePrompt, outputs, aspectRatio, resolution, durationSeconds, imageUrls } = input
  return {
    prompt,
    num_outputs: outputs,
    image_urls: [...imageUrls],
    ...(negativePrompt !== undefined && { negative_prompt: negativePrompt }),
    ...(aspectRatio !== undefined && { aspect_ratio: aspectRatio }),
    ...(resolution !== undefined && { resolution }),
    ...(durationSeconds !== undefined && { duration: durationSeconds }),
    ...(webhookUrl !== null && { webhook_url: webhookUrl }),
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : timeText(ms)
}
