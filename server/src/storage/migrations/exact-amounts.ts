import type { DatabaseKind } from '../store.ts'

/** SQLite lets a sum that 64 bits cannot hold become a floating-point number, which an amount must never be. */
export function exactAmounts(kind: DatabaseKind, statement: string): string {
  if (kind === 'postgres') return statement
  return statement.replaceAll(
    /(\w+_(?:nanos|amount)) BIGINT/g,
    `$& CHECK (typeof($1) IN ('integer', 'null'))`,
  )
}
