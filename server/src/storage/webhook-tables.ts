/** An address that events are sent to; one without an address holds the secret for the addresses that tasks name. */
export interface WebhookEndpointTable {
  id: string
  organization_id: string
  user_id: string
  url: string | null
  description: string | null
  /** JSON array of event names; empty: all. */
  events: string
  /** The secret, encrypted; null: none was made yet. */
  sealed: string | null
  /** The one before, which signs beside it until `former_until`. */
  former_sealed: string | null
  former_until: number | null
  state: 'active' | 'disabled'
  disabled_reason: string | null
  failing_since: number | null
  created_at: number
  updated_at: number | null
}

/** One event for one address, until it is delivered or given up. */
export interface WebhookDeliveryTable {
  /** `msg_…`, the same in every attempt: receivers tell repetitions by it. */
  id: string
  organization_id: string
  user_id: string
  /** Null: an address that a task named. */
  endpoint_id: string | null
  url: string
  event: string
  /** The task, key or counter that it is about. */
  subject_id: string
  /** JSON, sent as it stands. */
  payload: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  next_at: number
  worker: string | null
  lease_until: number
  fence: number
  created_at: number
  delivered_at: number | null
  last_status: number | null
  last_error: string | null
}

export interface WebhookAttemptTable {
  delivery_id: string
  attempt: number
  at: number
  duration_ms: number
  status: number | null
  error: string | null
  /** The beginning of the answer. */
  response: string | null
}

/** What was told and is not told again. */
export interface WebhookMarkTable {
  id: string
  at: number
}
