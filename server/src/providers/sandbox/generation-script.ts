import { delayOf } from './script.ts'

/**
 * A script stands at the end of a prompt as `#sandbox {…}` and says how the sandbox makes, or does not make, what it is
 * asked for:
 *
 * - `fail`: true, or how many submits of the task fail before one is taken (counted by this process);
 * - `retryAfterMs`: with `fail`, how long it asks to be left alone;
 * - `refuse`: the text of a refusal, as of a rule on content; true for a customary one;
 * - `delayMs`: how long each of its answers takes, at most a minute;
 * - `polls`: works on its own and has ended at this poll; - `pollAfterMs`: when to ask again; - `failPolls`: fails then;
 * - `files`: how many files it makes, whatever was asked for; - `url`: an address in place of the first one's bytes.
 */
export interface GenerationScript {
  readonly fail: number
  readonly retryAfterMs: number | undefined
  readonly refuse: string | undefined
  readonly delayMs: number
  readonly polls: number
  readonly pollAfterMs: number
  readonly failPolls: boolean
  readonly files: number | undefined
  readonly url: string | undefined
}

const POLL_AFTER_MS = 100
const FILES_MOST = 8

/** The script of a prompt; one that is no JSON, or has members of the wrong type, says nothing by them. */
export function readGenerationScript(prompt: string): GenerationScript {
  const said = parse(/#sandbox\s+(\{[\s\S]*\})\s*$/.exec(prompt)?.[1])
  const { fail, retryAfterMs, refuse, delayMs, polls, pollAfterMs, failPolls, files, url } = said
  return {
    fail: fail === true ? Number.POSITIVE_INFINITY : (count(fail) ?? 0),
    retryAfterMs: count(retryAfterMs),
    refuse: refuse === true ? 'Your request was rejected by the safety system' : text(refuse),
    delayMs: delayOf(count(delayMs)),
    polls: count(polls) ?? 0,
    pollAfterMs: delayOf(count(pollAfterMs) ?? POLL_AFTER_MS),
    failPolls: failPolls === true,
    files: files === undefined ? undefined : Math.min(count(files) ?? 1, FILES_MOST),
    url: text(url),
  }
}

function parse(json: string | undefined): Readonly<Record<string, unknown>> {
  if (json === undefined) return {}
  try {
    return JSON.parse(json) as Record<string, unknown>
  } catch {
    return {}
  }
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
