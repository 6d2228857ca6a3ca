import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'
import { exactAmounts } from './exact-amounts.ts'

const TASKS = [
  `CREATE TABLE tasks (id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, user_id TEXT NOT NULL, key_id TEXT NOT NULL,
    secret_id TEXT NOT NULL, project_id TEXT, end_user TEXT, model TEXT NOT NULL, type TEXT NOT NULL, state TEXT NOT NULL,
    input TEXT NOT NULL, webhook_url TEXT, hold TEXT, held_nanos BIGINT, price TEXT NOT NULL, created_at BIGINT NOT NULL,
    started_at BIGINT, completed_at BIGINT, due_at BIGINT NOT NULL, worker TEXT,
    fence BIGINT NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, submits INTEGER NOT NULL DEFAULT 0,
    route INTEGER NOT NULL DEFAULT 0, provider TEXT NOT NULL, provider_model TEXT, external_id TEXT, submitted_at BIGINT,
    output TEXT, error TEXT, error_code TEXT, cost_nanos BIGINT NOT NULL DEFAULT 0, units BIGINT NOT NULL DEFAULT 0)`,
  `CREATE INDEX tasks_due ON tasks(provider, due_at, id) WHERE completed_at IS NULL`,
  `CREATE INDEX tasks_listed ON tasks(organization_id, created_at DESC, id DESC, state, user_id, key_id, model)`,
  `CREATE INDEX tasks_owner ON tasks(organization_id, user_id, created_at DESC, id DESC, state, key_id, model)`,
  `CREATE INDEX tasks_ended ON tasks(completed_at) WHERE completed_at IS NOT NULL`,
  `CREATE TABLE task_events (task_id TEXT NOT NULL, seq INTEGER NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
    detail TEXT, PRIMARY KEY (task_id, seq))`,
  `CREATE TABLE outputs (id TEXT PRIMARY KEY, task_id TEXT NOT NULL, organization_id TEXT NOT NULL,
    position INTEGER NOT NULL, content_type TEXT NOT NULL, size BIGINT NOT NULL, width INTEGER, height INTEGER,
    duration_ms BIGINT, place TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT)`,
  `CREATE INDEX outputs_task ON outputs(task_id, position)`,
  `CREATE INDEX outputs_expiring ON outputs(expires_at) WHERE expires_at IS NOT NULL`,
  // What a task holds belongs to no process: whichever of them ends the task settles it, so no sweep may close it.
  `INSERT INTO nodes (id, started_at, lease_until) VALUES ('tasks', 0, 9007199254740991)`,
  `ALTER TABLE usage_events ADD COLUMN units BIGINT NOT NULL DEFAULT 0`,
  `ALTER TABLE usage_days ADD COLUMN units BIGINT NOT NULL DEFAULT 0`,
]

const WEBHOOKS = [
  `CREATE TABLE webhook_endpoints (id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES "organization"("id") ON DELETE CASCADE, user_id TEXT NOT NULL, url TEXT,
    description TEXT, events TEXT NOT NULL, sealed TEXT, sealed_at BIGINT, former_sealed TEXT, former_until BIGINT, state TEXT NOT NULL,
    disabled_reason TEXT, failing_since BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT)`,
  `CREATE INDEX webhook_endpoints_listed ON webhook_endpoints(organization_id, created_at DESC, id DESC)`,
  // The account's own, whose secret signs what goes to the addresses that tasks name.
  `CREATE UNIQUE INDEX webhook_endpoints_own ON webhook_endpoints(organization_id, user_id) WHERE url IS NULL`,
  `CREATE TABLE webhook_deliveries (id TEXT PRIMARY KEY, organization_id TEXT NOT NULL, user_id TEXT NOT NULL,
    endpoint_id TEXT, destination TEXT NOT NULL, url TEXT NOT NULL, event TEXT NOT NULL, subject_id TEXT NOT NULL,
    payload TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at BIGINT NOT NULL,
    fence BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, ended_at BIGINT, last_status INTEGER,
    last_error TEXT)`,
  // By destination, so that the next of each is found without reading past all that wait for another one.
  `CREATE INDEX webhook_deliveries_due ON webhook_deliveries(destination, next_at, id) WHERE state = 'pending'`,
  `CREATE INDEX webhook_deliveries_next ON webhook_deliveries(next_at, destination) WHERE state = 'pending'`,
  `CREATE INDEX webhook_deliveries_listed ON webhook_deliveries(organization_id, created_at DESC, id DESC, user_id,
    state, event, endpoint_id)`,
  `CREATE INDEX webhook_deliveries_ended ON webhook_deliveries(ended_at) WHERE ended_at IS NOT NULL`,
  `CREATE INDEX webhook_deliveries_subject ON webhook_deliveries(subject_id)`,
  `CREATE TABLE webhook_attempts (delivery_id TEXT NOT NULL, attempt INTEGER NOT NULL, at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL, status INTEGER, error TEXT, response TEXT, PRIMARY KEY (delivery_id, attempt))`,
  // What was told once and is not told again: a threshold of a budget in a window, a balance that ran low.
  `CREATE TABLE webhook_marks (id TEXT PRIMARY KEY, kept_until BIGINT NOT NULL)`,
  `CREATE INDEX webhook_marks_kept ON webhook_marks(kept_until)`,
  `CREATE INDEX keys_expiring ON keys(expires_at) WHERE expires_at IS NOT NULL AND state = 'active'`,
]

const CLUSTERED = '/*clustered*/'

/** A person's requests by day and model, apart from keys and end users, of which a day may have a hundred thousand. */
const USER_DAYS = [
  `CREATE TABLE usage_user_days (organization_id TEXT NOT NULL, user_id TEXT NOT NULL, day INTEGER NOT NULL,
    model TEXT NOT NULL, requests BIGINT NOT NULL, failed BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id, day, model))${CLUSTERED}`,
  `INSERT INTO usage_user_days SELECT organization_id, user_id, day, model, SUM(requests), SUM(failed)
    FROM usage_days GROUP BY organization_id, user_id, day, model`,
  `CREATE INDEX usage_user_days_day ON usage_user_days(organization_id, day, user_id)`,
  `CREATE INDEX usage_user_days_model ON usage_user_days(organization_id, model, day, user_id)`,
  // An organisation's newest requests; its end alone is written to. By person they lie in a thousand places.
  `CREATE INDEX usage_events_time ON usage_events(organization_id, started_at, id)`,
]

/** Generation tasks with their outputs, and webhooks. */
export async function generation(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const clustered = kind === 'sqlite' ? ' WITHOUT ROWID' : ''
  for (const statement of [...TASKS, ...WEBHOOKS, ...USER_DAYS]) {
    await sql.raw(exactAmounts(kind, statement.replace(CLUSTERED, clustered))).execute(db)
  }
}
