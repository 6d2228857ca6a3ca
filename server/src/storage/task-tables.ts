/** A generation task. Times in milliseconds since the epoch, amounts in nano-credits. */
export interface TaskTable {
  /** `gen_…`; the request id of its usage row, and the name of the sheet that its hold stands on. */
  id: string
  organization_id: string
  user_id: string
  /** The key's id, or `session:<user id>`. */
  key_id: string
  secret_id: string
  project_id: string | null
  end_user: string | null
  model: string
  type: string
  state: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'
  /** JSON of what was asked for, as it was checked. */
  input: string
  webhook_url: string | null
  /** JSON `[[counter, window start, unit, amount] …]`; null where no quota applied. */
  hold: string | null
  held_nanos: bigint | null
  /** JSON of the price at which it was let in; `null`: it costs nothing. */
  price: string
  created_at: number
  started_at: number | null
  completed_at: number | null
  /** When a worker may claim it next: while one works on it, the end of its lease. */
  due_at: number
  worker: string | null
  /** Rises with each claim; a worker's write that names an older one changes nothing. */
  fence: number
  /** How often it was claimed and not given back. */
  attempts: number
  /** How often it was sent to a provider. */
  submits: number
  /** How many tries were given up: of the model's routes, taken round and round, the one to try. */
  route: number
  /** That route's. */
  provider: string
  provider_model: string | null
  /** The provider's name for it, where it works on its own. */
  external_id: string | null
  /** Written before it is sent: whoever finds it without an outcome knows that it may have arrived. */
  submitted_at: number | null
  /** JSON array of output ids. */
  output: string | null
  error: string | null
  error_code: string | null
  cost_nanos: bigint
  units: number
}

/** What happened to a task, in order. */
export interface TaskEventTable {
  task_id: string
  seq: number
  at: number
  kind: string
  /** JSON object. */
  detail: string | null
}

/** A file that a task made. */
export interface OutputTable {
  id: string
  task_id: string
  organization_id: string
  position: number
  content_type: string
  /** Bytes. */
  size: number
  width: number | null
  height: number | null
  duration_ms: number | null
  /** Where its bytes are, by the storage's own rule. */
  place: string
  created_at: number
  expires_at: number | null
}
