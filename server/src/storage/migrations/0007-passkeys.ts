import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'

/** The table of Better Auth's passkey plugin (1.7.6), and when each was last used. */
export async function passkeys(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const bool = kind === 'postgres' ? 'BOOLEAN' : 'INTEGER'
  const date = kind === 'postgres' ? 'TIMESTAMPTZ' : 'DATE'
  const statements = [
    // A signature counter has 32 bits without a sign.
    `CREATE TABLE "passkey" ("id" TEXT PRIMARY KEY, "name" TEXT, "publicKey" TEXT NOT NULL,
      "userId" TEXT NOT NULL REFERENCES "user"("id") ON DELETE CASCADE, "credentialID" TEXT NOT NULL,
      "counter" BIGINT NOT NULL, "deviceType" TEXT NOT NULL, "backedUp" ${bool} NOT NULL, "transports" TEXT,
      "createdAt" ${date}, "aaguid" TEXT, "lastUsedAt" ${date})`,
    // The library looks a passkey up by it alone, so it may be there once only.
    `CREATE UNIQUE INDEX passkey_credential ON "passkey"("credentialID")`,
    `CREATE INDEX passkey_user ON "passkey"("userId")`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
