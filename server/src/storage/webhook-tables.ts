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
  sealed_at: number | null
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
  /** What is slow or down together: the endpoint, or the host of an address that a task named. */
  destination: string
  url: string
  event: string
  /** The task, key or counter that it is about. */
  subject_id: string
  /** JSON, sent as it stands. */
  payload: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  /** When it is tried next; while it is, when another node may try. */
  next_at: number
  /** Rises with each claim; a write that names an older one changes nothing. */
  fence: number
  created_at: number
  /** When it was delivered or given up. */
  ended_at: number | null
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
  /** When it may go: nothing of that name can happen any more. */
  kept_until: number
}
