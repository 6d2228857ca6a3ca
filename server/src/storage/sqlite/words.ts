import { type Kysely, sql } from 'kysely'
import { likeAny } from '../contains.ts'
import type { DatabaseKind } from '../store.ts'
import type { Tables } from '../tables.ts'

type Db = Kysely<Tables>

/** Where the words of each table stand. */
const WORDS = { keys: 'key_words', user: 'user_words', organization: 'organization_words' } as const
type WordsOf = keyof typeof WORDS

export interface WordSearch {
  readonly table: WordsOf
  /** One of them must stand in a row's text; undefined: nothing is searched for. */
  readonly texts: readonly string[] | undefined
  /** Only keys of this organisation, and a few that look like it. */
  readonly organizationId?: string
  /** Milliseconds since the epoch: none that are younger. */
  readonly until?: number | undefined
  /** How many rows a list shows that has the newest first; undefined: one in another order, which has to know them all. */
  readonly limit: number | undefined
}

/** More of a text tell hardly more. */
const GRAMS_MOST = 12
const CHARACTERS = 3
/** Of a list in another order than that of time: so many rows are looked for at most, else it walks. */
const MOST = 200

/**
 * Lists rows that contain a text, without a walk through all of them where SQLite's words tell which these are. On
 * PostgreSQL, and for a text that is shorter than a word, that walk is what happens.
 *
 * @param list the rows in the order of their list; asked of a database in which the table may have no more rows than can
 *   be in the answer. It must test the text itself.
 */
export async function listWithWords<Row>(
  db: Db,
  kind: DatabaseKind,
  search: WordSearch,
  list: (db: Db) => Promise<Row[]>,
): Promise<Row[]> {
  const newest = kind === 'sqlite' ? await newestWith(db, search) : undefined
  if (!newest) return list(db)
  if (newest.ids.length === 0) return []
  const rows = await list(withOnly(db, search.table, newest.ids))
  // What is older comes behind all of these.
  const isFull = search.limit !== undefined && rows.length >= search.limit
  return newest.whole || isFull ? rows : list(db)
}

/** @returns the newest rows that may contain one of the texts, and whether these are all; undefined where it is not known */
async function newestWith(
  db: Db,
  { table, texts = [], organizationId, until, limit }: WordSearch,
): Promise<{ readonly ids: readonly string[]; readonly whole: boolean } | undefined> {
  const words = sql.raw(WORDS[table])
  const match = matchOf(texts, organizationId)
  if (match === undefined) return undefined
  // More than it shows, since other filters may leave some of them out.
  const most = limit === undefined ? MOST : Math.ceil(1.5 * limit)
  const bound = until === undefined ? sql`` : sql`AND rowid < ((CAST(${until} AS INTEGER) + 1) << 20)`
  // A plus keeps the full-text index from taking the comparison for its own, which it cannot do without places.
  const { rows } = await sql<{ id: string; at: number }>`SELECT id, rowid >> 20 AS at FROM ${words}
    WHERE ${words} MATCH ${match} ${bound} AND ${likeAny('sqlite', [sql`+text`], texts)}
    ORDER BY rowid DESC LIMIT ${most}`.execute(db)
  if (rows.length < most) return { ids: rows.map(({ id }) => id), whole: true }
  // Within its millisecond a list may go by another order, so that only a whole one counts.
  const cut = rows.at(-1)?.at
  const ids = rows.filter(({ at }) => at !== cut).map(({ id }) => id)
  return ids.length === 0 ? undefined : { ids, whole: false }
}

/** An expression of FTS5 for texts that may contain one of these; undefined where one has no three characters. */
function matchOf(texts: readonly string[], organizationId: string | undefined): string | undefined {
  const each = texts.map(gramsOf)
  if (each.length === 0 || each.some((grams) => grams.length === 0)) return undefined
  const any = `(${each.map((grams) => `(${grams.join(' AND ')})`).join(' OR ')})`
  const end = organizationId?.slice(-2 * CHARACTERS)
  return end?.length === 2 * CHARACTERS
    ? `${any} AND ${quoted(end.slice(0, CHARACTERS))} AND ${quoted(end.slice(CHARACTERS))}`
    : any
}

function gramsOf(text: string): string[] {
  const characters = [...text]
  const count = characters.length - CHARACTERS + 1
  if (count < 1) return []
  const step = Math.max(1, count / GRAMS_MOST)
  const grams = new Set<string>()
  for (let at = 0; at < count; at += step)
    grams.add(characters.slice(Math.floor(at), Math.floor(at) + CHARACTERS).join(''))
  return [...grams].map(quoted)
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

/** The same database, but of one table there are these rows alone. */
function withOnly(db: Db, table: WordsOf, ids: readonly string[]): Db {
  const rows = sql<never>`(SELECT * FROM main.${sql.table(table)}
    WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)})))`
  // Materialized, since SQLite knows nothing of how few they are, and would walk all rows for their order.
  return db.with(
    (name) => name(table).materialized(),
    () => rows,
  ) as unknown as Db
}
