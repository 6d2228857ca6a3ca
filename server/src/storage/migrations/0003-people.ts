import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'
import { exactAmounts } from './exact-amounts.ts'
import { changeTriggers, type Watched } from './triggers.ts'

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
  `CREATE INDEX keys_owner ON keys(organization_id, user_id, created_at DESC, id DESC)`,
  `CREATE INDEX project_members_user ON project_members(user_id)`,
  `CREATE INDEX audit_log_actor ON audit_log(actor_id, seq)`,
  `CREATE INDEX audit_log_target ON audit_log(target_id, seq)`,
]

const CATALOGUE: readonly Watched[] = [
  { table: 'providers', kind: 'catalogue', id: 'id' },
  { table: 'provider_credentials', kind: 'catalogue', id: 'provider_id' },
  { table: 'models', kind: 'catalogue', id: 'id' },
]

/** People who sign in, and what operators change without a configuration file. */
export async function people(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  for (const statement of [...signInTables(kind), ...OURS, ...changeTriggers(kind, CATALOGUE)]) {
    await sql.raw(exactAmounts(kind, statement)).execute(db)
  }
}
