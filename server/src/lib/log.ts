import { pino } from 'pino'

export type Log = pino.Logger

/** Whatever looks like one of our keys is masked even when it arrives inside a foreign error text. */
const KEY_TEXT = /\b([a-z][a-z0-9]{1,15}_)[0-9A-Za-z]{27}cvg[0-9A-Za-z]{6}\b/g

/** Structured log lines (JSON) on standard error, without secrets: known fields are removed, key texts masked. */
export function createLog(level: string, destination: number | string = 2): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: ['authorization', 'cookie', '*.authorization', '*.cookie'], censor: '[removed]' },
      hooks: { streamWrite: (line: string) => line.replace(KEY_TEXT, '$1[removed]') },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: destination, sync: false, minLength: 0 }),
  )
}
