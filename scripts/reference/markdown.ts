export function section(level: 2 | 3, title: string): string {
  return `${'#'.repeat(level)} ${title}`
}

export function code(text: string): string {
  return `\`${text}\``
}

/** Plain text, where `<token>` would be taken for HTML. */
export function prose(text: string): string {
  return text.replaceAll('<', '\\<')
}

/** A table; a bar inside a cell would end the cell, in code too. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
