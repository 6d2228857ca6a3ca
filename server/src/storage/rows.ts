/** The rule of `tables.ts`: amounts, and only amounts, are bigint. */
export function isAmount(column: string): boolean {
  return column.endsWith('_nanos') || column.endsWith('_amount')
}

/** Turns every other bigint of a row into a number, in place. The drivers read integers as bigint where one is needed. */
export function narrowRow(row: Record<string, unknown>): Record<string, unknown> {
  for (const column in row) {
    const value = row[column]
    if (typeof value === 'bigint' && !isAmount(column)) row[column] = Number(value)
  }
  return row
}
