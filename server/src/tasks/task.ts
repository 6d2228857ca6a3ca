import type { Selectable } from 'kysely'
import type { GenerationJob, TaskType } from '../providers/generation.ts'
import type { TaskEventTable, TaskTable } from '../storage/task-tables.ts'

export type TaskRow = Selectable<TaskTable>
export type TaskState = TaskTable['state']

export const TASK_STATES = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const

/** What was asked for, checked and with the model's own values where nothing was named. */
export type TaskInput = Pick<
  GenerationJob,
  'prompt' | 'negativePrompt' | 'outputs' | 'aspectRatio' | 'resolution' | 'durationSeconds' | 'imageUrls'
>

/** A generation task. Times in milliseconds since the epoch, its cost in nano-credits. */
export interface Task {
  readonly id: string
  readonly organizationId: string
  readonly userId: string
  /** The key's id, or `session:<user id>`. */
  readonly keyId: string
  readonly projectId: string | null
  readonly endUser: string | null
  readonly model: string
  readonly type: TaskType
  readonly state: TaskState
  readonly input: TaskInput
  readonly webhookUrl: string | null
  readonly createdAt: number
  readonly startedAt: number | null
  readonly completedAt: number | null
  /** Ids of what it made. */
  readonly outputs: readonly string[]
  readonly error: string | null
  readonly errorCode: string | null
  readonly costNanos: bigint
  readonly heldNanos: bigint | null
  readonly units: number
  readonly attempts: number
  readonly submits: number
  readonly provider: string
  readonly providerModel: string | null
}

/** What happened to a task, as its timeline shows it. */
export const EVENT_KINDS = [
  'created',
  'claimed',
  'submitted',
  'accepted',
  'attempt_failed',
  'moved',
  'released',
  'completed',
  'failed',
  'cancelled',
] as const
export type TaskEventKind = (typeof EVENT_KINDS)[number]

export interface TaskEvent {
  readonly at: number
  readonly kind: TaskEventKind
  readonly detail: Readonly<Record<string, unknown>>
}

/** Whose tasks somebody sees: his own in an organisation, or all of it. */
export interface TaskScope {
  readonly organizationId: string
  /** Absent: everybody's. */
  readonly userId?: string
}

export interface TaskFilter extends TaskScope {
  readonly state?: TaskState
  readonly model?: string
  readonly keyId?: string
  /** Milliseconds; created then or later. */
  readonly from?: number
  /** Milliseconds; created before. */
  readonly to?: number
}

export function toTask(row: TaskRow): Task {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    keyId: row.key_id,
    projectId: row.project_id,
    endUser: row.end_user,
    model: row.model,
    type: row.type as TaskType,
    state: row.state,
    input: readInput(row),
    webhookUrl: row.webhook_url,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    outputs: row.output === null ? [] : (JSON.parse(row.output) as string[]),
    error: row.error,
    errorCode: row.error_code,
    costNanos: row.cost_nanos,
    heldNanos: row.held_nanos,
    units: row.units,
    attempts: row.attempts,
    submits: row.submits,
    provider: row.provider,
    providerModel: row.provider_model,
  }
}

export function readInput({ input }: Pick<TaskRow, 'input'>): TaskInput {
  return JSON.parse(input) as TaskInput
}

export function toEvent({ at, kind, detail }: Selectable<TaskEventTable>): TaskEvent {
  const fields = detail === null ? {} : (JSON.parse(detail) as Record<string, unknown>)
  return { at, kind: kind as TaskEventKind, detail: fields }
}
