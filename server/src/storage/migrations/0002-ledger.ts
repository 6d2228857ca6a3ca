import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'
import { exactAmounts } from './exact-amounts.ts'
import { appendOnly, changeTriggers, type Watched } from './triggers.ts'

const CLUSTERED = '/*clustered*/'

const TABLES = [
  `CREATE TABLE plans (id TEXT PRIMARY KEY, name TEXT NOT NULL, rank INTEGER NOT NULL, tools TEXT, models TEXT,
    quotas TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT)`,
  `CREATE TABLE quotas (id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES "organization"("id") ON DELETE CASCADE,
    subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, unit TEXT NOT NULL, period TEXT NOT NULL,
    quota_amount BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT)`,
  `CREATE UNIQUE INDEX quotas_once ON quotas(organization_id, subject_kind, subject_id, unit, period)`,
  `CREATE TABLE counters (id TEXT PRIMARY KEY, window_start BIGINT NOT NULL, spent_amount BIGINT NOT NULL,
    held_amount BIGINT NOT NULL, granted_amount BIGINT NOT NULL)${CLUSTERED}`,
  `CREATE TABLE holds (id TEXT PRIMARY KEY, node TEXT NOT NULL, sent INTEGER NOT NULL, placed_at BIGINT NOT NULL,
    parts TEXT NOT NULL, context TEXT NOT NULL)${CLUSTERED}`,
  `CREATE TABLE nodes (id TEXT PRIMARY KEY, started_at BIGINT NOT NULL, lease_until BIGINT NOT NULL)`,
  `CREATE TABLE ledger_entries (id TEXT PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, counter TEXT NOT NULL,
    window_start BIGINT NOT NULL, debit TEXT NOT NULL, credit TEXT NOT NULL, entry_amount BIGINT NOT NULL,
    request_id TEXT, note TEXT, reference TEXT, actor_kind TEXT NOT NULL, actor_id TEXT)`,
  `CREATE INDEX ledger_entries_counter ON ledger_entries(counter, at)`,
  `CREATE INDEX ledger_entries_request ON ledger_entries(request_id)`,
  `CREATE UNIQUE INDEX ledger_entries_reference ON ledger_entries(counter, reference)`,
  `ALTER TABLE usage_events ADD COLUMN held_nanos BIGINT`,
  `ALTER TABLE usage_events ADD COLUMN overrun_nanos BIGINT`,
  `ALTER TABLE usage_events ADD COLUMN charges TEXT`,
]

/** Sums by project and end user as well, so that no summary reads events. '' stands for none: a key needs a value. */
const USAGE_DAYS = [
  `ALTER TABLE usage_days RENAME TO usage_days_before`,
  `DROP INDEX usage_days_owner`,
  `CREATE TABLE usage_days (key_id TEXT NOT NULL, day INTEGER NOT NULL, model TEXT NOT NULL, project_id TEXT NOT NULL,
    end_user TEXT NOT NULL, organization_id TEXT NOT NULL, user_id TEXT NOT NULL, requests BIGINT NOT NULL,
    failed BIGINT NOT NULL, input_tokens BIGINT NOT NULL, cached_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL, reasoning_tokens BIGINT NOT NULL, cost_nanos BIGINT NOT NULL,
    PRIMARY KEY (key_id, day, model, project_id, end_user))${CLUSTERED}`,
  `INSERT INTO usage_days (key_id, day, model, project_id, end_user, organization_id, user_id, requests, failed,
      input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_nanos)
    SELECT key_id, started_at / 86400000, model, COALESCE(project_id, ''), COALESCE(end_user, ''), organization_id,
      user_id, COUNT(*), SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END), SUM(input_tokens), SUM(cached_tokens),
      SUM(output_tokens), SUM(reasoning_tokens), SUM(cost_nanos)
    FROM usage_events
    GROUP BY key_id, started_at / 86400000, model, COALESCE(project_id, ''), COALESCE(end_user, ''),
      organization_id, user_id`,
  `DROP TABLE usage_days_before`,
  `CREATE INDEX usage_days_owner ON usage_days(organization_id, user_id, day)`,
]

/** The sums that every commit touches, as one tree each on SQLite. */
const SUMS = [
  `ALTER TABLE key_usage RENAME TO key_usage_before`,
  `CREATE TABLE key_usage (key_id TEXT PRIMARY KEY, requests BIGINT NOT NULL, cost_nanos BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL)${CLUSTERED}`,
  `INSERT INTO key_usage SELECT key_id, requests, cost_nanos, last_used_at FROM key_usage_before`,
  `DROP TABLE key_usage_before`,
  `ALTER TABLE secret_usage RENAME TO secret_usage_before`,
  `CREATE TABLE secret_usage (secret_id TEXT PRIMARY KEY, use_count BIGINT NOT NULL, last_used_at BIGINT NOT NULL)${CLUSTERED}`,
  `INSERT INTO secret_usage SELECT secret_id, use_count, last_used_at FROM secret_usage_before`,
  `DROP TABLE secret_usage_before`,
]

const LIMITS: readonly Watched[] = [
  { table: 'plans', kind: 'plan', id: 'id' },
  { table: 'quotas', kind: 'organization', id: 'organization_id' },
]

const perMinute = (amount: number) => [
  { subject: 'organization', unit: 'requests', period: 'minute', amount: String(amount) },
]

/** Ranks leave room between them. The individual ones carry what EU GPT gates by licence. */
const SHIPPED = [
  { id: 'free', name: 'Free', rank: 10, tools: [], quotas: perMinute(20) },
  { id: 'individual-pro', name: 'Individual Pro', rank: 20, tools: ['web_search'], quotas: perMinute(60) },
  {
    id: 'individual-max',
    name: 'Individual Max',
    rank: 30,
    tools: ['web_search', 'web_search_advanced'],
    quotas: perMinute(60),
  },
  { id: 'pro', name: 'Pro', rank: 40, tools: ['web_search', 'web_search_advanced'], quotas: perMinute(60) },
  { id: 'enterprise', name: 'Enterprise', rank: 50, tools: null, quotas: perMinute(300) },
]

export async function ledger(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const statements = [
    ...TABLES,
    ...USAGE_DAYS,
    ...SUMS,
    ...changeTriggers(kind, LIMITS),
    ...appendOnly(kind, 'ledger_entries', 'id'),
  ]
  // Written and removed for every request: one tree instead of two on SQLite, and no index for a table that stays small.
  const clustered = kind === 'sqlite' ? ' WITHOUT ROWID' : ''
  for (const statement of statements) {
    await sql.raw(exactAmounts(kind, statement.replace(CLUSTERED, clustered))).execute(db)
  }
  for (const { id, name, rank, tools, quotas } of SHIPPED) {
    await sql`INSERT INTO plans (id, name, rank, tools, models, quotas, created_at)
      VALUES (${id}, ${name}, ${rank}, ${tools && JSON.stringify(tools)}, NULL, ${JSON.stringify(quotas)},
        ${Date.now()})`.execute(db)
  }
}
