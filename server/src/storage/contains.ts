import { type RawBuilder, sql } from 'kysely'
import type { DatabaseKind } from './store.ts'

/**
 * Whether one of the columns contains the text, whatever the case of its letters. Beyond ASCII, where SQLite knows no
 * case, it must be written in one case throughout, or as it is stored.
 */
export function contains(kind: DatabaseKind, columns: readonly string[], text: string): RawBuilder<boolean> {
  const like = kind === 'postgres' ? sql`ILIKE` : sql`LIKE`
  const tests = columns.flatMap((column) =>
    patternsOf(text).map((pattern) => sql`${sql.ref(column)} ${like} ${pattern} ESCAPE '!'`),
  )
  return sql<boolean>`(${sql.join(tests, sql` OR `)})`
}

function patternsOf(text: string): string[] {
  const written = /^[\0-\x7f]*$/.test(text) ? [text] : [text, text.toLowerCase(), text.toUpperCase()]
  return [...new Set(written)].map((each) => `%${each.replace(/[!%_]/g, '!$&')}%`)
}
