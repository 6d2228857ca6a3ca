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
  `CREATE INDEX tasks_listed ON tasks(organization_id, created_at, id, state, user_id, key_id, model)`,
  `CREATE INDEX tasks_owner ON tasks(organization_id, user_id, created_at, id, state, key_id, model)`,
  `CREATE INDEX tasks_state ON tasks(organization_id, state, created_at, id)`,
  `CREATE INDEX tasks_model ON tasks(organization_id, model, created_at, id)`,
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
  `CREATE INDEX webhook_deliveries_listed ON webhook_deliveries(organization_id, created_at, id, user_id, state,
    event, endpoint_id)`,
  `CREATE INDEX webhook_deliveries_ended ON webhook_deliveries(ended_at) WHERE ended_at IS NOT NULL`,
  `CREATE INDEX webhook_deliveries_subject ON webhook_deliveries(subject_id)`,
  `CREATE TABLE webhook_attempts (delivery_id TEXT NOT NULL, attempt INTEGER NOT NULL, at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL, status INTEGER, error TEXT, response TEXT, PRIMARY KEY (delivery_id, attempt))`,
  // What was told once and is not told again: a threshold of a budget in a window, a balance that ran low.
  `CREATE TABLE webhook_marks (id TEXT PRIMARY KEY, kept_until BIGINT NOT NULL)`,
  `CREATE INDEX webhook_marks_kept ON webhook_marks(kept_until)`,
  `CREATE INDEX keys_expiring ON keys(expires_at) WHERE expires_at IS NOT NULL AND state = 'active'`,
]

/** Where the first of the month of `newest.day` is computed, which each database does in its own way. */
const MONTH = '/*month*/'

const MONTHS: Readonly<Record<DatabaseKind, string>> = {
  sqlite: `CAST(strftime('%s', newest.day * 86400, 'unixepoch', 'start of month') AS INTEGER) / 86400`,
  postgres: `CAST(date_trunc('month', CAST(DATE '1970-01-01' + newest.day AS TIMESTAMP)) AS DATE) - DATE '1970-01-01'`,
}

/** What a key used in the newest day, week and month that it had a request in; see `usage/key-periods.ts`. */
const KEY_PERIODS = [
  `ALTER TABLE key_usage ADD COLUMN day INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE key_usage ADD COLUMN day_nanos BIGINT NOT NULL DEFAULT 0`,
  // The Monday before the epoch, which was a Thursday.
  `ALTER TABLE key_usage ADD COLUMN week INTEGER NOT NULL DEFAULT -3`,
  `ALTER TABLE key_usage ADD COLUMN week_nanos BIGINT NOT NULL DEFAULT 0`,
  `ALTER TABLE key_usage ADD COLUMN month INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE key_usage ADD COLUMN month_nanos BIGINT NOT NULL DEFAULT 0`,
  `UPDATE key_usage SET day = newest.day, week = newest.day - (newest.day + 3) % 7, month = ${MONTH}
    FROM (SELECT key_id, MAX(day) AS day FROM usage_days GROUP BY key_id) AS newest
    WHERE newest.key_id = key_usage.key_id`,
  `UPDATE key_usage SET day_nanos = sums.of_day, week_nanos = sums.of_week, month_nanos = sums.of_month
    FROM (SELECT k.key_id, SUM(CASE WHEN d.day >= k.day THEN d.cost_nanos ELSE 0 END) AS of_day,
        SUM(CASE WHEN d.day >= k.week THEN d.cost_nanos ELSE 0 END) AS of_week,
        SUM(CASE WHEN d.day >= k.month THEN d.cost_nanos ELSE 0 END) AS of_month
      FROM key_usage AS k JOIN usage_days AS d ON d.key_id = k.key_id AND (d.day >= k.week OR d.day >= k.month)
      GROUP BY k.key_id) AS sums
    WHERE sums.key_id = key_usage.key_id`,
]

const CLUSTERED = '/*clustered*/'

/** A person's requests by day and model, apart from keys and end users, of which a day may have a hundred thousand. */
const USER_DAYS = [
  `CREATE TABLE usage_user_days (organization_id TEXT NOT NULL, user_id TEXT NOT NULL, day INTEGER NOT NULL,
    model TEXT NOT NULL, requests BIGINT NOT NULL, failed BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id, day, model))${CLUSTERED}`,
  `INSERT INTO usage_user_days SELECT organization_id, user_id, day, model, SUM(requests), SUM(failed)
    FROM usage_days GROUP BY organization_id, user_id, day, model`,
  `CREATE INDEX usage_user_days_model ON usage_user_days(organization_id, model, day, user_id)`,
  // A row is made once a day, so these cost requests nothing; whose requests are not of one organisation alone.
  `CREATE INDEX usage_user_days_user ON usage_user_days(user_id, day, organization_id)`,
]

/** The same by project, and by end user: a request has a row here for each that it names. */
const SUBJECT_DAYS = [
  `CREATE TABLE usage_subject_days (organization_id TEXT NOT NULL, user_id TEXT NOT NULL, subject TEXT NOT NULL,
    day INTEGER NOT NULL, requests BIGINT NOT NULL, PRIMARY KEY (organization_id, user_id, subject, day))${CLUSTERED}`,
  `INSERT INTO usage_subject_days SELECT organization_id, user_id, 'project:' || project_id, day, SUM(requests)
    FROM usage_days WHERE project_id <> '' GROUP BY organization_id, user_id, project_id, day`,
  `INSERT INTO usage_subject_days SELECT organization_id, user_id, 'end_user:' || end_user, day, SUM(requests)
    FROM usage_days WHERE end_user <> '' GROUP BY organization_id, user_id, end_user, day`,
]

/** One walk for each way to ask for requests; see `usage/legs.store.ts`. Only the first three are written by all. */
const USAGE_INDEXES = [
  `DROP INDEX usage_events_owner`,
  `CREATE INDEX usage_events_time ON usage_events(organization_id, started_at)`,
  `CREATE INDEX usage_events_key ON usage_events(key_id, started_at)`,
  `CREATE INDEX usage_events_person ON usage_events(user_id, model, started_at)`,
  `CREATE INDEX usage_events_end_user ON usage_events(organization_id, end_user, started_at, user_id)
    WHERE end_user IS NOT NULL`,
  `CREATE INDEX usage_events_project ON usage_events(project_id, started_at, user_id) WHERE project_id IS NOT NULL`,
  `CREATE INDEX usage_events_ended ON usage_events(organization_id, outcome, started_at, status)
    WHERE outcome <> 'completed'`,
  `CREATE INDEX usage_events_ended_person ON usage_events(user_id, outcome, started_at, status)
    WHERE outcome <> 'completed'`,
]

/**
 * Rows that nobody has vacuumed yet are looked up one by one where an index alone would do. They never change, so that
 * looking at the new ones costs little; by its usual setting PostgreSQL waits for a fifth of the table.
 */
const VISIBLE_SOON = `ALTER TABLE usage_events
  SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000)`

/** What the lists walk that are not of requests: each finds its page without reading past what it does not show. */
const LIST_INDEXES = [
  // In the order of time, so that a new row goes to the end of its organisation's: that packs pages twice as full. A search
  // may walk all of it, and an owner or a project has an index of its own, so it holds nothing that these ask for.
  `DROP INDEX keys_listed`,
  `CREATE INDEX keys_listed ON keys(organization_id, created_at, id, state, expires_at, search)`,
  `CREATE INDEX keys_disabled ON keys(organization_id, created_at, id) WHERE state = 'disabled'`,
  `CREATE INDEX keys_ending ON keys(organization_id, created_at, id, expires_at)
    WHERE expires_at IS NOT NULL AND state = 'active'`,
  `DROP INDEX keys_owner`,
  `CREATE INDEX keys_owner ON keys(organization_id, user_id, created_at, id, state, expires_at, project_id, search)`,
  `DROP INDEX keys_project`,
  `CREATE INDEX keys_project ON keys(project_id, created_at, id, state, expires_at, organization_id, user_id, search)
    WHERE project_id IS NOT NULL`,
  `DROP INDEX keys_user`,
  `CREATE INDEX keys_user ON keys(user_id, organization_id, state)`,
  `CREATE INDEX user_named ON "user"("name", "id")`,
  `CREATE INDEX audit_log_action ON audit_log(action, seq)`,
  `CREATE INDEX audit_log_organization_action ON audit_log(organization_id, action, seq)`,
  `DROP INDEX audit_log_actor`,
  `CREATE INDEX audit_log_actor ON audit_log(actor_id, seq, organization_id, action, at)`,
  `CREATE INDEX webhook_deliveries_state ON webhook_deliveries(organization_id, state, created_at, id)`,
  `CREATE INDEX webhook_deliveries_event ON webhook_deliveries(organization_id, event, created_at, id)`,
  `CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries(endpoint_id, created_at, id)
    WHERE endpoint_id IS NOT NULL`,
  `CREATE INDEX webhook_deliveries_own ON webhook_deliveries(organization_id, user_id, created_at, id)
    WHERE endpoint_id IS NULL`,
]

/** As with requests; of an actor's rows, the audit log shows few and passes many. */
const AUDIT_VISIBLE_SOON = `ALTER TABLE audit_log
  SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000)`

/** Generation tasks with their outputs, and webhooks. */
export async function generation(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const clustered = kind === 'sqlite' ? ' WITHOUT ROWID' : ''
  const statements = [
    ...TASKS,
    ...WEBHOOKS,
    ...USER_DAYS,
    ...SUBJECT_DAYS,
    ...KEY_PERIODS,
    ...USAGE_INDEXES,
    ...LIST_INDEXES,
  ].map((statement) => statement.replace(CLUSTERED, clustered).replace(MONTH, MONTHS[kind]))
  for (const statement of kind === 'postgres'
    ? [...statements, VISIBLE_SOON, AUDIT_VISIBLE_SOON]
    : statements) {
    await sql.raw(exactAmounts(kind, statement)).execute(db)
  }
}
