import type { Static } from 'typebox'
import type { ErrorCode } from '../errors.ts'
import { formatNanos } from '../lib/decimal.ts'
import { Type } from '../lib/schema.ts'
import type { Outputs } from '../outputs/outputs.ts'
import type { NewTask } from '../tasks/create-task.ts'
import { TASK_STATES, type Task } from '../tasks/task.ts'

/** What `POST /v1/generate` takes, to the letter; a model's entry narrows it. */
export const GenerateBody = Type.Object(
  {
    model: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'One of `GET /v1/models` that has a `generation`',
    }),
    prompt: Type.String({ minLength: 1, maxLength: 2000 }),
    negative_prompt: Type.Optional(Type.String({ maxLength: 1000, description: 'What must not be in it' })),
    num_outputs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 4,
        description: 'How many; 1 unless set. Each that comes is charged',
      }),
    ),
    aspect_ratio: Type.Optional(Type.String({ maxLength: 16, description: 'e.g. `16:9`' })),
    resolution: Type.Optional(Type.String({ maxLength: 32, description: 'e.g. `1k`' })),
    duration: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 60, description: 'Seconds, of videos and sounds' }),
    ),
    image_urls: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), {
        maxItems: 9,
        description: 'Images to start from; with them an image is an edit',
      }),
    ),
    webhook_url: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2048, description: 'Is told when the task has ended' }),
    ),
  },
  { additionalProperties: false },
)

/** What creating a task may be refused with, besides its key. */
export const GENERATE_ERRORS: readonly ErrorCode[] = [
  'validation_failed',
  'invalid_request',
  'model_forbidden',
  'model_not_in_plan',
  'model_not_priced',
  'rate_limit_exceeded',
  'too_many_in_flight',
  'budget_in_flight',
  'insufficient_quota',
  'idempotency_mismatch',
]

export const TaskObject = Type.Object({
  id: Type.String(),
  status: Type.Enum([...TASK_STATES]),
  model: Type.String(),
  type: Type.String({
    description: '`image_generate`, `image_edit`, `video_generate`, `audio_generate`, `text_generate`',
  }),
  output: Type.Optional(
    Type.Object(
      { url: Type.String(), urls: Type.Array(Type.String()) },
      { description: 'Links that are good for a while; ask again for new ones' },
    ),
  ),
  error: Type.Optional(Type.String({ description: 'Of a task that failed or was cancelled' })),
  cost: Type.String({ description: 'With the currency’s symbol; zero until it is charged, at the end' }),
  created_at: Type.String(),
  started_at: Type.Optional(Type.String()),
  completed_at: Type.Optional(Type.String()),
})

export function newTaskOf(body: Static<typeof GenerateBody>, endUser: string | undefined): NewTask {
  const { model, prompt, negative_prompt, num_outputs, aspect_ratio, resolution, duration } = body
  return {
    model,
    prompt,
    outputs: num_outputs ?? 1,
    imageUrls: body.image_urls ?? [],
    ...(negative_prompt !== undefined && { negativePrompt: negative_prompt }),
    ...(aspect_ratio !== undefined && { aspectRatio: aspect_ratio }),
    ...(resolution !== undefined && { resolution }),
    ...(duration !== undefined && { durationSeconds: duration }),
    ...(body.webhook_url !== undefined && { webhookUrl: body.webhook_url }),
    ...(endUser !== undefined && { endUser }),
  }
}

/** A task as its customer sees it: what there is not is left out. */
export function taskObject(
  task: Task,
  outputs: Pick<Outputs, 'linkTo'>,
  symbol: string,
): Static<typeof TaskObject> {
  const { id, state, model, type, error, costNanos } = task
  const urls = task.outputs.map((output) => outputs.linkTo(output))
  const [url] = urls
  return {
    id,
    status: state,
    model,
    type,
    ...(url !== undefined && { output: { url, urls } }),
    ...(error !== null && { error }),
    cost: `${symbol}${costNanos === 0n ? '0.00' : formatNanos(costNanos, 4)}`,
    created_at: timeText(task.createdAt),
    ...(task.startedAt !== null && { started_at: timeText(task.startedAt) }),
    ...(task.completedAt !== null && { completed_at: timeText(task.completedAt) }),
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
