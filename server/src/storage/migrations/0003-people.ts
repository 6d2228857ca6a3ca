import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'
import { exactAmounts } from './exact-amounts.ts'
import { changeTriggers, type Watched } from './triggers.ts'

const CLUSTERED = '/*clustered*/'

/** Better Auth's tables as its own migration makes them (1.7.25: core, organization, admin and twoFactor plugins). */
function signInTables(kind: DatabaseKind): string[] {
  const bool = kind === 'postgres' ? 'BOOLEAN' : 'INTEGER'
  const date = kind === 'postgres' ? 'TIMESTAMPTZ' : 'DATE'
  const owner = `"userId" TEXT NOT NULL REFERENCES "user"("id") ON DELETE CASCADE`
  return [
    `ALTER TABLE "user" ADD COLUMN "twoFactorEnabled" ${bool}`,
    // What back-channel logout names a session by (OpenID Connect Back-Channel Logout 1.0 §2.4).
    `CREATE TABLE "session" ("id" TEXT PRIMARY KEY, "expiresAt" ${date} NOT NULL, "token" TEXT NOT NULL UNIQUE,
      "createdAt" ${date} NOT NULL, "updatedAt" ${date} NOT NULL, "ipAddress" TEXT, "userAgent" TEXT, ${owner},
      "activeOrganizationId" TEXT, "impersonatedBy" TEXT, "oidcProvider" TEXT, "oidcSubject" TEXT, "oidcSid" TEXT)`,
    `CREATE INDEX session_owner ON "session"("userId")`,
    `CREATE INDEX session_oidc ON "session"("oidcProvider", "oidcSubject")`,
    `CREATE TABLE "account" ("id" TEXT PRIMARY KEY, "accountId" TEXT NOT NULL, "providerId" TEXT NOT NULL, ${owner},
      "accessToken" TEXT, "refreshToken" TEXT, "idToken" TEXT, "accessTokenExpiresAt" ${date},
      "refreshTokenExpiresAt" ${date}, "scope" TEXT, "password" TEXT, "createdAt" ${date} NOT NULL,
      "updatedAt" ${date} NOT NULL)`,
    `CREATE UNIQUE INDEX account_once ON "account"("providerId", "accountId")`,
    `CREATE INDEX account_user ON "account"("userId")`,
    `CREATE TABLE "verification" ("id" TEXT PRIMARY KEY, "identifier" TEXT NOT NULL, "value" TEXT NOT NULL,
      "expiresAt" ${date} NOT NULL, "createdAt" ${date} NOT NULL, "updatedAt" ${date} NOT NULL)`,
    `CREATE INDEX verification_identifier ON "verification"("identifier")`,
    `CREATE TABLE "invitation" ("id" TEXT PRIMARY KEY,
      "organizationId" TEXT NOT NULL REFERENCES "organization"("id") ON DELETE CASCADE, "email" TEXT NOT NULL,
      "role" TEXT, "status" TEXT NOT NULL, "expiresAt" ${date} NOT NULL, "createdAt" ${date} NOT NULL,
      "inviterId" TEXT NOT NULL REFERENCES "user"("id") ON DELETE CASCADE)`,
    `CREATE INDEX invitation_organization ON "invitation"("organizationId")`,
    `CREATE INDEX invitation_email ON "invitation"("email")`,
    `CREATE TABLE "twoFactor" ("id" TEXT PRIMARY KEY, "secret" TEXT NOT NULL, "backupCodes" TEXT NOT NULL, ${owner},
      "verified" ${bool}, "failedVerificationCount" INTEGER, "lockedUntil" ${date})`,
    `CREATE INDEX two_factor_user ON "twoFactor"("userId")`,
    `CREATE TABLE "rateLimit" ("id" TEXT PRIMARY KEY, "key" TEXT NOT NULL UNIQUE, "count" INTEGER NOT NULL,
      "lastRequest" BIGINT NOT NULL)`,
  ]
}

const OURS = [
  `CREATE TABLE providers (id TEXT PRIMARY KEY, definition TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT)`,
  `CREATE TABLE provider_credentials (id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL REFERENCES providers(id) ON DELETE CASCADE, name TEXT NOT NULL, sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL)`,
  `CREATE INDEX provider_credentials_provider ON provider_credentials(provider_id)`,
  `CREATE TABLE models (id TEXT PRIMARY KEY, definition TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT)`,
  `ALTER TABLE usage_days ADD COLUMN duration_ms BIGINT NOT NULL DEFAULT 0`,
  // Every filter of a list of requests is answered by this one index; see `usage/walk.ts`.
  `DROP INDEX usage_events_owner`,
  `CREATE INDEX usage_events_owner ON usage_events(organization_id, user_id, started_at, id, key_id, model, project_id,
    end_user, outcome, status)`,
  `CREATE INDEX usage_days_organization ON usage_days(organization_id, day, user_id)`,
  `CREATE INDEX usage_days_end_user ON usage_days(organization_id, end_user, day, user_id) WHERE end_user <> ''`,
  `CREATE INDEX usage_days_project ON usage_days(organization_id, project_id, day, user_id) WHERE project_id <> ''`,
  // All that a search looks at, so that it reads no rows but those that it shows: 100 000 keys in a few dozen milliseconds.
  `ALTER TABLE keys ADD COLUMN search TEXT NOT NULL DEFAULT ''`,
  `DROP INDEX keys_organization`,
  `CREATE INDEX keys_listed ON keys(organization_id, created_at DESC, id DESC, state, expires_at, user_id, project_id,
    search)`,
  `CREATE INDEX keys_owner ON keys(organization_id, user_id, created_at DESC, id DESC, state)`,
  `CREATE INDEX keys_project ON keys(project_id, created_at DESC, id DESC, state) WHERE project_id IS NOT NULL`,
  `DROP INDEX keys_user`,
  `CREATE INDEX keys_user ON keys(user_id, state)`,
  `CREATE INDEX user_created ON "user"("createdAt" DESC, "id" DESC)`,
  `CREATE INDEX organization_created ON "organization"("createdAt" DESC, "id" DESC)`,
  `CREATE INDEX project_members_user ON project_members(user_id)`,
  `CREATE INDEX audit_log_actor ON audit_log(actor_id, seq)`,
  `CREATE INDEX audit_log_target ON audit_log(target_id, seq)`,
]

/** Last: PostgreSQL changes no table whose deferred triggers wait. */
const FILL_SEARCH = `UPDATE keys SET search = lower(name || ' ' || label)`

const CATALOGUE: readonly Watched[] = [
  { table: 'providers', kind: 'catalogue', id: 'id' },
  { table: 'provider_credentials', kind: 'catalogue', id: 'provider_id' },
  { table: 'models', kind: 'catalogue', id: 'id' },
]

/** What one commit holds stands on one sheet, where each request had a row of its own. */
const HOLD_SHEETS = [
  `CREATE TABLE hold_sheets (id TEXT PRIMARY KEY, node TEXT NOT NULL, sent INTEGER NOT NULL, placed_at BIGINT NOT NULL,
    holds TEXT NOT NULL)${CLUSTERED}`,
  `INSERT INTO hold_sheets SELECT id, node, sent, placed_at, '[["' || id || '",' || parts || ',' || context || ']]' FROM holds`,
  `DROP TABLE holds`,
]

/** People who sign in, and what operators change without a configuration file. */
export async function people(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const clustered = kind === 'sqlite' ? ' WITHOUT ROWID' : ''
  const statements = [...signInTables(kind), ...OURS, ...HOLD_SHEETS, ...changeTriggers(kind, CATALOGUE)]
  for (const statement of [...statements, FILL_SEARCH]) {
    await sql.raw(exactAmounts(kind, statement.replace(CLUSTERED, clustered))).execute(db)
  }
  // A later migration may come in the same transaction.
  if (kind === 'postgres') await sql`SET CONSTRAINTS ALL IMMEDIATE`.execute(db)
}
