import { Readable } from 'node:stream'
import type { Reply } from '../route.ts'

/** Tells a spreadsheet that the file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

/** A file of comma-separated values (RFC 4180) that is made while it is read. */
export function csvDownload(name: string, rows: AsyncIterable<readonly CsvValue[]>): Reply {
  const lines = async function* () {
    yield BYTE_ORDER_MARK
    for await (const row of rows) yield csvLine(row)
  }
  return download(name, 'text/csv; charset=utf-8', lines())
}

/** A file of one JSON object per line that is made while it is read. */
export function jsonLinesDownload(name: string, rows: AsyncIterable<object>): Reply {
  const lines = async function* () {
    for await (const row of rows) yield `${JSON.stringify(row)}\n`
  }
  return download(name, 'application/jsonl; charset=utf-8', lines())
}

/** A fault on the way ends the connection, so that nobody takes half a file for a whole one. */
function download(name: string, type: string, lines: AsyncIterable<string>): Reply {
  return {
    body: Readable.from(lines, { objectMode: false, highWaterMark: 65_536 }),
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
  }
}

export type CsvValue = string | number | null

export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`
}

/** What makes a spreadsheet take a text for a formula, in both widths. */
const SIGN = '[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20|%]'
const BEGINS = new RegExp(`^(?=[\\s"']*${SIGN})|^(?=[\\t\\r\\n])`)
/** Spreadsheets of some countries divide by other signs, and do not mind our quotes. */
const GOES_ON = new RegExp(`([,;\\t\\r\\n])(?=[\\s"']{0,20}${SIGN})`, 'g')

/**
 * A cell that no spreadsheet runs: a text that begins with a sign of a formula, also behind blanks or a quote or a sign
 * that may divide cells, gets an apostrophe there (OWASP, CSV Injection).
 */
export function csvCell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value === 'number' || isNumber(value)) return String(value)
  const harmless = value.replace(BEGINS, "'").replaceAll(GOES_ON, "$1'")
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** A negative amount is a number and no formula. */
function isNumber(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text)
}
