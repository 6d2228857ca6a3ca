import { pino } from 'pino'

export type Log = pino.Logger

/**
 * Whatever looks like the secret part of one of our keys is masked, even when it arrives inside a foreign error text,
 * percent-encoded or stuck to another word. Nothing that we log ourselves looks like it.
 */
const KEY_TEXT = /[0-9A-Za-z]{27}cvg[0-9A-Za-z]{6}/g

/** Structured log lines (JSON) on standard error, without secrets: known fields are removed, key texts masked. */
export function createLog(level: string, destination: number | string = 2): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: ['authorization', 'cookie', '*.authorization', '*.cookie'], censor: '[removed]' },
      hooks: { streamWrite: (line: string) => line.replace(KEY_TEXT, '[removed]') },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: destination, sync: false, minLength: 0 }),
  )
}
