/**
 * A script stands in the last user message as `#sandbox {…}` and says how the sandbox answers, so that a test, or a
 * developer at the keyboard, can have any answer:
 *
 * - `text`: the answer; - `tool`: `{name, arguments}` to call a function instead;
 * - `status`: an HTTP error status; - `delayMs`: before the answer; - `pieceDelayMs`: between streamed pieces;
 * - `usage`: false to leave the usage out; - `cut`: break the connection after this many streamed pieces.
 */
export interface Script {
  readonly text?: string
  readonly tool?: { readonly name: string; readonly arguments: unknown }
  readonly status?: number
  readonly delayMs?: number
  readonly pieceDelayMs?: number
  readonly usage?: boolean
  readonly cut?: number
}

const LONGEST_DELAY_MS = 60_000

/** The script of a message; undefined when there is none or it is not valid JSON. */
export function readScript(message: string): Script | undefined {
  const match = /^#sandbox\s+(\{[\s\S]*\})\s*$/.exec(message.trim())
  if (!match) return undefined
  try {
    return JSON.parse(match[1] as string) as Script
  } catch {
    return undefined
  }
}

export function delayOf(wanted: number | undefined): number {
  return Math.min(Math.max(Number(wanted) || 0, 0), LONGEST_DELAY_MS)
}
