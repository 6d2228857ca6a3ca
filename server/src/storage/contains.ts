import { type RawBuilder, sql } from 'kysely'
import type { DatabaseKind } from './store.ts'

/**
 * Whether one of the columns contains the text, whatever the case of its letters. Beyond ASCII, where SQLite knows no
 * case, it must be written in one case throughout, or as it is stored.
 */
export function contains(kind: DatabaseKind, columns: readonly string[], text: string): RawBuilder<boolean> {
  return likeAny(
    kind,
    columns.map((column) => sql.ref(column)),
    writings(text),
  )
}

/** Whether one of the expressions contains one of the texts; `contains` for texts that are written in all ways already. */
export function likeAny(
  kind: DatabaseKind,
  expressions: readonly RawBuilder<unknown>[],
  texts: readonly string[],
): RawBuilder<boolean> {
  const like = kind === 'postgres' ? sql`ILIKE` : sql`LIKE`
  const tests = expressions.flatMap((expression) =>
    texts.map((text) => sql`${expression} ${like} ${`%${text.replace(/[!%_]/g, '!$&')}%`} ESCAPE '!'`),
  )
  return sql<boolean>`(${sql.join(tests, sql` OR `)})`
}

/** In which ways a text is looked for. */
export function writings(text: string): string[]
export function writings(text: string | undefined): string[] | undefined
export function writings(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const each = /^[\0-\x7f]*$/.test(text) ? [text] : [text, text.toLowerCase(), text.toUpperCase()]
  return [...new Set(each)]
}
