import type { Generated } from 'kysely'
import type {
  AccountTable,
  InvitationTable,
  MemberTable,
  OrganizationTable,
  PasskeyTable,
  RateLimitTable,
  SessionTable,
  TwoFactorTable,
  UserTable,
  VerificationTable,
} from './sign-in-tables.ts'
import type { OutputTable, TaskEventTable, TaskTable } from './task-tables.ts'
import type {
  WebhookAttemptTable,
  WebhookDeliveryTable,
  WebhookEndpointTable,
  WebhookMarkTable,
} from './webhook-tables.ts'

/**
 * The typed schema. `user` to `rateLimit` are Better Auth's tables, with its names; the rest is ours in snake case. Times are milliseconds since the epoch, except in Better Auth's tables.
 *
 * A column that ends in `_nanos` or `_amount` is a `bigint` on both databases, every other integer a `number`: the drivers go by the
 * name (see `rows.ts`), so an amount can never be rounded on the way.
 */
export interface Tables {
  meta: MetaTable
  epoch: EpochTable
  change_log: ChangeLogTable
  user: UserTable
  organization: OrganizationTable
  member: MemberTable
  session: SessionTable
  account: AccountTable
  verification: VerificationTable
  invitation: InvitationTable
  twoFactor: TwoFactorTable
  passkey: PasskeyTable
  rateLimit: RateLimitTable
  projects: ProjectTable
  project_members: ProjectMemberTable
  keys: KeyTable
  key_secrets: KeySecretTable
  usage_events: UsageEventTable
  usage_days: UsageDayTable
  usage_user_days: UsageUserDayTable
  usage_subject_days: UsageSubjectDayTable
  key_usage: KeyUsageTable
  secret_usage: SecretUsageTable
  idempotency: IdempotencyTable
  audit_log: AuditTable
  audit_head: AuditHeadTable
  plans: PlanTable
  quotas: QuotaTable
  counters: CounterTable
  hold_sheets: HoldSheetTable
  nodes: NodeTable
  ledger_entries: LedgerEntryTable
  providers: ProviderTable
  provider_credentials: ProviderCredentialTable
  models: ModelTable
  tasks: TaskTable
  task_events: TaskEventTable
  outputs: OutputTable
  webhook_endpoints: WebhookEndpointTable
  webhook_deliveries: WebhookDeliveryTable
  webhook_attempts: WebhookAttemptTable
  webhook_marks: WebhookMarkTable
}

export interface MetaTable {
  name: string
  value: string
}

export interface EpochTable {
  id: number
  value: number
}

/** What changed at each epoch; triggers write it, so no door can forget to. */
export interface ChangeLogTable {
  epoch: number
  kind: 'key' | 'user' | 'organization' | 'project' | 'plan' | 'catalogue'
  id: string
  at: number
}

export interface ProjectTable {
  id: string
  organization_id: string
  name: string
  created_at: number
  archived_at: number | null
}

export interface ProjectMemberTable {
  project_id: string
  user_id: string
  created_at: number
}

export interface KeyTable {
  /** The public identifier; `hash` on the wire. */
  id: string
  organization_id: string
  user_id: string
  name: string
  label: string
  environment: string
  project_id: string | null
  /** Name and label in small letters. */
  search: string
  /** JSON array of permission names. */
  permissions: string
  /** JSON array of model ids, or null for all. */
  allowed_models: string | null
  /** JSON array of CIDR blocks, or null for all addresses. */
  allowed_cidrs: string | null
  limit_nanos: bigint | null
  limit_reset: 'daily' | 'weekly' | 'monthly' | null
  include_byok: number
  metadata: string | null
  external_user: string | null
  state: 'active' | 'disabled' | 'revoked'
  expires_at: number | null
  created_at: number
  updated_at: number | null
  revoked_at: number | null
}

export interface KeySecretTable {
  id: string
  key_id: string
  /** HMAC-SHA-256 of the key text under pepper `pepper_version`, in hexadecimal. Never the text. */
  digest: string
  pepper_version: number
  created_at: number
  expires_at: number | null
}

export interface UsageEventTable {
  /** The request id; a second write of the same id changes nothing. */
  id: string
  started_at: number
  finished_at: number
  organization_id: string
  user_id: string
  key_id: string
  secret_id: string
  project_id: string | null
  end_user: string | null
  endpoint: string
  model: string
  provider: string | null
  provider_model: string | null
  streamed: number
  status: number
  outcome: 'completed' | 'incomplete' | 'failed' | 'aborted'
  error_code: string | null
  /** How the cost is known. `none`: nothing was sent to a provider, or it refused. `held`: its node died over it. */
  cost_basis: 'reported' | 'counted' | 'held' | 'none'
  input_tokens: number
  cached_tokens: number
  output_tokens: number
  reasoning_tokens: number
  cost_nanos: bigint
  price_version: string | null
  attempts: number
  first_byte_ms: number | null
  /** What was held of credits before it was sent; null where no quota of credits applied. */
  held_nanos: bigint | null
  /** What the provider reported beyond the hold; it is the operator's loss, never charged. */
  overrun_nanos: bigint | null
  /** JSON `[[counter, window start, held, charged] …]`, amounts as decimals; null where no quota applied. */
  charges: string | null
  /** What was made besides tokens: images, or seconds of video or audio. */
  units: number
}

/** What every sum by day has; the days are UTC days since the epoch, and those on which requests began. */
interface DaySums {
  requests: number
  failed: number
  input_tokens: number
  cached_tokens: number
  output_tokens: number
  reasoning_tokens: number
  cost_nanos: bigint
  /** Milliseconds from start to end, summed over the requests. */
  duration_ms: number
  units: number
}

/** Sums per key, day, model, project and end user ('' for none). */
export interface UsageDayTable extends DaySums {
  key_id: string
  day: number
  model: string
  project_id: string
  end_user: string
  organization_id: string
  user_id: string
}

/** What a person used by day and model: what overviews sum, and lists count and find days by. */
export interface UsageUserDayTable extends DaySums {
  organization_id: string
  user_id: string
  day: number
  model: string
}

/** The same by what requests name: one has a row here for its project, and one for its end user. */
export interface UsageSubjectDayTable extends DaySums {
  organization_id: string
  user_id: string
  /** As `subjectsOf` in `usage/subject-days.ts` names it. */
  subject: string
  day: number
}

export interface KeyUsageTable {
  key_id: string
  requests: number
  cost_nanos: bigint
  last_used_at: number
  /** The UTC day (days since the epoch) of the newest request, and what the key used in it. */
  day: Generated<number>
  day_nanos: Generated<bigint>
  /** The Monday of that day's week. */
  week: Generated<number>
  week_nanos: Generated<bigint>
  /** The first of that day's month. */
  month: Generated<number>
  month_nanos: Generated<bigint>
}

export interface SecretUsageTable {
  secret_id: string
  use_count: number
  last_used_at: number
}

export interface IdempotencyTable {
  /** Digest of caller, route and Idempotency-Key. */
  scope: string
  fingerprint: string
  status: number
  body: string
  created_at: number
}

export interface AuditTable {
  seq: number
  at: number
  actor_kind: 'user' | 'key' | 'operator' | 'system'
  actor_id: string | null
  way: 'session' | 'key' | 'cli' | 'server'
  action: string
  target_kind: string
  target_id: string
  organization_id: string | null
  before: string | null
  after: string | null
  request_id: string | null
  address: string | null
  previous_hash: string
  hash: string
}

export interface AuditHeadTable {
  id: number
  seq: number
  hash: string
}

/** A set of quotas and rights under a name; the higher rank has more. */
export interface PlanTable {
  id: string
  name: string
  rank: number
  /** JSON array of tool names, or null for all. */
  tools: string | null
  /** JSON array of model ids, or null for all. */
  models: string | null
  /** JSON array of `{subject, unit, period, amount}`, the amount as a decimal. */
  quotas: string
  created_at: number
  updated_at: number | null
}

/** A quota that an organisation has beside those of its plan and keys. */
export interface QuotaTable {
  id: string
  organization_id: string
  subject_kind: 'key' | 'end_user' | 'project' | 'user' | 'organization'
  /** `*` with `end_user`: each of them. */
  subject_id: string
  unit: 'credits' | 'requests' | 'tokens' | 'in_flight'
  period: 'minute' | 'day' | 'week' | 'month' | 'none'
  quota_amount: bigint
  created_at: number
  updated_at: number | null
}

/** What is spent and held in the newest window of one subject, unit and period; amounts in the unit. */
export interface CounterTable {
  /** See `limits/quota.ts`. */
  id: string
  window_start: number
  spent_amount: bigint
  held_amount: bigint
  /** Of a balance: what was granted so far. */
  granted_amount: bigint
}

/** Requests under way that have taken their shares of quotas in one commit; see `ledger/hold-sheet.ts`. */
export interface HoldSheetTable {
  id: string
  node: string
  /** 1 from the commit on after which the requests may reach a provider. */
  sent: number
  placed_at: number
  /** JSON `[[request, [[counter, window start, unit, amount] …], what its usage row will say if its node dies] …]`. */
  holds: string
}

/** A running process; what it holds is swept when its lease has run out. */
export interface NodeTable {
  id: string
  started_at: number
  lease_until: number
}

/** What moved a counter besides requests, whose own rows are in `usage_events`. Never changed, never removed. */
export interface LedgerEntryTable {
  id: string
  at: number
  kind: 'grant' | 'refund' | 'opening' | 'closing'
  counter: string
  window_start: number
  debit: string
  credit: string
  entry_amount: bigint
  request_id: string | null
  note: string | null
  /** What the granting side calls it; once per counter. */
  reference: string | null
  actor_kind: string
  actor_id: string | null
}

/** A provider that is not in the configuration file. */
export interface ProviderTable {
  id: string
  /** JSON of its entry as in the configuration, without its credentials. */
  definition: string
  created_at: number
  updated_at: number | null
}

/** A credential of such a provider, encrypted under a key outside of the database. */
export interface ProviderCredentialTable {
  id: string
  provider_id: string
  name: string
  sealed: string
  created_at: number
}

/** A model that is not in the configuration file. */
export interface ModelTable {
  id: string
  /** JSON of its entry as in the configuration. */
  definition: string
  created_at: number
  updated_at: number | null
}
