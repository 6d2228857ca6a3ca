/** Prints a result: JSON for programs, else lines for people. */
export function print(asJson: boolean | undefined, value: unknown, lines: () => string): void {
  process.stdout.write(`${asJson ? JSON.stringify(value) : lines()}\n`)
}

/** Columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = [header, ...rows.map((row) => row.map((cell) => harmless(cell).replaceAll(/\s/g, ' ')))]
  const widths = header.map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)))
  return shown
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Text of others without what would steer a terminal; line ends and tabs stay. */
export function harmless(text: string): string {
  return text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd')
}

/** A number of credits without an exponent. */
export function amount(credits: number): string {
  return credits.toFixed(9).replace(/\.?0+$/, '')
}

/** A time to the second. */
export function time(text: string | null, none: string): string {
  return text === null ? none : text.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}
