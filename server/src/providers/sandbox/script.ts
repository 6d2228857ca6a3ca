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
    return wellFormed(JSON.parse(match[1] as string) as Script)
  } catch {
    return undefined
  }
}

/** The script without what has not its right type: it comes from whoever can send a request. */
function wellFormed({ text, tool, status, delayMs, pieceDelayMs, usage, cut }: Script): Script {
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
  return {
    ...(typeof text === 'string' && { text }),
    ...(typeof tool?.name === 'string' && { tool }),
    ...(isCount(status) && Number(status) <= 599 && { status }),
    ...(isCount(delayMs) && { delayMs }),
    ...(isCount(pieceDelayMs) && { pieceDelayMs }),
    ...(usage === false && { usage }),
    ...(isCount(cut) && { cut }),
  } as Script
}

export function delayOf(wanted: number | undefined): number {
  return Math.min(wanted ?? 0, LONGEST_DELAY_MS)
}
