import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'

/** What operators filter people by, each in the order of their list. */
const LIST_INDEXES = [
  `CREATE INDEX user_banned ON "user"("banned", "createdAt", "id")`,
  `CREATE INDEX user_role ON "user"("role", "createdAt", "id")`,
  `CREATE INDEX user_plan ON "user"("plan", "createdAt", "id")`,
  `CREATE INDEX organization_status ON "organization"("status", "createdAt", "id")`,
  `CREATE INDEX organization_plan ON "organization"("plan", "createdAt", "id")`,
  `CREATE INDEX organization_personal ON "organization"("personal", "createdAt", "id")`,
]

/** A table with words: from which row they come, and whether it has any. Each expression is of a row's columns. */
interface Source {
  readonly table: string
  readonly words: string
  /** Milliseconds since the epoch. */
  readonly at: (row: string) => string
  readonly text: (row: string) => string
  readonly scope: (row: string) => string
  readonly when?: (row: string) => string
}

const createdAt = (row: string) => `CAST(round(unixepoch(${row}."createdAt", 'subsec') * 1000) AS INTEGER)`

const SOURCES: readonly Source[] = [
  {
    table: 'keys',
    words: 'key_words',
    at: (row) => `${row}.created_at`,
    text: (row) => `${row}.search`,
    // Enough to tell organisations apart.
    scope: (row) => `substr(${row}.organization_id, -6)`,
    when: (row) => `(${row}.state <> 'revoked')`,
  },
  {
    table: 'user',
    words: 'user_words',
    at: createdAt,
    text: (row) => `${row}."name" || ' ' || ${row}."email"`,
    scope: () => `''`,
  },
  {
    table: 'organization',
    words: 'organization_words',
    at: createdAt,
    text: (row) => `${row}."name" || ' ' || ${row}."id"`,
    scope: () => `''`,
  },
]

/**
 * Words stand in the order of their rows' time: a row id is the millisecond and a number within it. They follow their
 * rows by triggers, so that nothing that writes has to know of them.
 */
function wordsOf({ table, words, at, text, scope, when = () => 'TRUE' }: Source): string[] {
  const within = (row: string) => `BETWEEN (${at(row)} << 20) AND ((${at(row)} + 1) << 20) - 1`
  const forget = `DELETE FROM ${words} WHERE rowid ${within('OLD')} AND id = OLD.id;`
  const learn = `INSERT INTO ${words} (rowid, id, scope, text)
    SELECT COALESCE((SELECT max(rowid) + 1 FROM ${words} WHERE rowid ${within('NEW')}), ${at('NEW')} << 20), NEW.id,
      ${scope('NEW')}, ${text('NEW')} WHERE ${when('NEW')};`
  return [
    // Trigrams find what stands anywhere in a text; without places in it, since each row that is found is read anyhow.
    `CREATE VIRTUAL TABLE ${words} USING fts5(id UNINDEXED, scope, text, tokenize = 'trigram', detail = none)`,
    `INSERT INTO ${words} (rowid, id, scope, text)
      SELECT (${at('r')} << 20) + row_number() OVER (PARTITION BY ${at('r')} ORDER BY r.id) - 1, r.id, ${scope('r')},
        ${text('r')} FROM "${table}" AS r WHERE ${when('r')} ORDER BY 1`,
    `CREATE TRIGGER ${words}_insert AFTER INSERT ON "${table}" BEGIN ${learn} END`,
    `CREATE TRIGGER ${words}_update AFTER UPDATE ON "${table}" WHEN ${text('OLD')} <> ${text('NEW')}
      OR ${scope('OLD')} <> ${scope('NEW')} OR ${when('OLD')} <> ${when('NEW')} OR ${at('OLD')} <> ${at('NEW')}
      BEGIN ${forget} ${learn} END`,
    `CREATE TRIGGER ${words}_delete AFTER DELETE ON "${table}" BEGIN ${forget} END`,
  ]
}

/** Indexes for what operators ask of people, and on SQLite words to search by: PostgreSQL reads such tables at once. */
export async function search(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const words = kind === 'sqlite' ? SOURCES.flatMap(wordsOf) : []
  for (const statement of [...LIST_INDEXES, ...words]) await sql.raw(statement).execute(db)
}
