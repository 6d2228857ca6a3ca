import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'
import { exactAmounts } from './exact-amounts.ts'
import { appendOnly, changeFunction, changeTriggers, RIGHTS } from './triggers.ts'

/** Better Auth's three tables as its own migration makes them, and ours beside them. */
function betterAuthTables(kind: DatabaseKind): string[] {
  const bool = kind === 'postgres' ? 'BOOLEAN' : 'INTEGER'
  const date = kind === 'postgres' ? 'TIMESTAMPTZ' : 'DATE'
  const no = kind === 'postgres' ? 'FALSE' : '0'
  return [
    `CREATE TABLE "user" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL, "email" TEXT NOT NULL UNIQUE,
      "emailVerified" ${bool} NOT NULL, "image" TEXT, "createdAt" ${date} NOT NULL, "updatedAt" ${date} NOT NULL,
      "role" TEXT, "banned" ${bool}, "banReason" TEXT, "banExpires" ${date}, "plan" TEXT)`,
    `CREATE TABLE "organization" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL, "slug" TEXT NOT NULL UNIQUE,
      "logo" TEXT, "createdAt" ${date} NOT NULL, "metadata" TEXT, "plan" TEXT,
      "personal" ${bool} NOT NULL DEFAULT ${no}, "status" TEXT NOT NULL DEFAULT 'active')`,
    `CREATE TABLE "member" ("id" TEXT PRIMARY KEY,
      "organizationId" TEXT NOT NULL REFERENCES "organization"("id") ON DELETE CASCADE,
      "userId" TEXT NOT NULL REFERENCES "user"("id") ON DELETE CASCADE,
      "role" TEXT NOT NULL, "createdAt" ${date} NOT NULL)`,
    `CREATE UNIQUE INDEX member_once ON "member"("organizationId", "userId")`,
    `CREATE INDEX member_user ON "member"("userId")`,
  ]
}

const CLUSTERED = '/*clustered*/'

const OUR_TABLES = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
  `CREATE TABLE epoch (id INTEGER PRIMARY KEY CHECK (id = 1), value BIGINT NOT NULL)`,
  `INSERT INTO epoch (id, value) VALUES (1, 1)`,
  `CREATE TABLE change_log (epoch BIGINT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL)`,
  `CREATE TABLE projects (id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES "organization"("id") ON DELETE CASCADE,
    name TEXT NOT NULL, created_at BIGINT NOT NULL, archived_at BIGINT)`,
  `CREATE INDEX projects_organization ON projects(organization_id)`,
  `CREATE TABLE project_members (project_id TEXT NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES "user"("id") ON DELETE CASCADE, created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, user_id))`,
  `CREATE TABLE keys (id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES "organization"("id"), user_id TEXT NOT NULL REFERENCES "user"("id"),
    name TEXT NOT NULL, label TEXT NOT NULL, environment TEXT NOT NULL, project_id TEXT REFERENCES projects(id),
    permissions TEXT NOT NULL, allowed_models TEXT, allowed_cidrs TEXT, limit_nanos BIGINT,
    limit_reset TEXT CHECK (limit_reset IN ('daily', 'weekly', 'monthly')), include_byok INTEGER NOT NULL DEFAULT 0,
    metadata TEXT, external_user TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'revoked')),
    expires_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT, revoked_at BIGINT)`,
  `CREATE INDEX keys_organization ON keys(organization_id, created_at DESC, id DESC)`,
  `CREATE INDEX keys_user ON keys(user_id)`,
  `CREATE TABLE key_secrets (id TEXT PRIMARY KEY, key_id TEXT NOT NULL REFERENCES keys(id),
    digest TEXT NOT NULL UNIQUE, pepper_version INTEGER NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT)`,
  `CREATE INDEX key_secrets_key ON key_secrets(key_id)`,
  `CREATE TABLE usage_events (id TEXT PRIMARY KEY, started_at BIGINT NOT NULL, finished_at BIGINT NOT NULL,
    organization_id TEXT NOT NULL, user_id TEXT NOT NULL, key_id TEXT NOT NULL, secret_id TEXT NOT NULL,
    project_id TEXT, end_user TEXT, endpoint TEXT NOT NULL, model TEXT NOT NULL, provider TEXT, provider_model TEXT,
    streamed INTEGER NOT NULL, status INTEGER NOT NULL, outcome TEXT NOT NULL, error_code TEXT,
    cost_basis TEXT NOT NULL, input_tokens BIGINT NOT NULL, cached_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL, reasoning_tokens BIGINT NOT NULL, cost_nanos BIGINT NOT NULL, price_version TEXT,
    attempts INTEGER NOT NULL, first_byte_ms INTEGER)${CLUSTERED}`,
  `CREATE INDEX usage_events_owner ON usage_events(organization_id, user_id, started_at)`,
  `CREATE TABLE usage_days (key_id TEXT NOT NULL, day INTEGER NOT NULL, model TEXT NOT NULL,
    organization_id TEXT NOT NULL, user_id TEXT NOT NULL, requests BIGINT NOT NULL, input_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL, reasoning_tokens BIGINT NOT NULL,
    cost_nanos BIGINT NOT NULL, PRIMARY KEY (key_id, day, model))`,
  `CREATE INDEX usage_days_owner ON usage_days(organization_id, user_id, day)`,
  `CREATE TABLE key_usage (key_id TEXT PRIMARY KEY, requests BIGINT NOT NULL, cost_nanos BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL)`,
  `CREATE TABLE secret_usage (secret_id TEXT PRIMARY KEY, use_count BIGINT NOT NULL, last_used_at BIGINT NOT NULL)`,
  `CREATE TABLE idempotency (scope TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
    body TEXT NOT NULL, created_at BIGINT NOT NULL)`,
  `CREATE INDEX idempotency_age ON idempotency(created_at)`,
  `CREATE TABLE audit_log (seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor_kind TEXT NOT NULL, actor_id TEXT,
    way TEXT NOT NULL, action TEXT NOT NULL, target_kind TEXT NOT NULL, target_id TEXT NOT NULL,
    organization_id TEXT, before TEXT, after TEXT, request_id TEXT, address TEXT,
    previous_hash TEXT NOT NULL, hash TEXT NOT NULL)`,
  `CREATE INDEX audit_log_organization ON audit_log(organization_id, seq)`,
  `CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), seq BIGINT NOT NULL, hash TEXT NOT NULL)`,
  `INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '')`,
]

export async function foundation(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const statements = [
    ...betterAuthTables(kind),
    ...OUR_TABLES,
    ...changeFunction(kind),
    ...changeTriggers(kind, RIGHTS),
    ...appendOnly(kind, 'audit_log', 'seq'),
  ]
  // Ids grow with time, so SQLite need not keep a second tree beside the one by id.
  const clustered = kind === 'sqlite' ? ' WITHOUT ROWID' : ''
  for (const statement of statements) {
    await sql.raw(exactAmounts(kind, statement.replace(CLUSTERED, clustered))).execute(db)
  }
}
