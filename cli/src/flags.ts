import { type ParseArgsConfig, parseArgs } from 'node:util'

/** A command that was called wrongly; the text says what to do. Exit code 2. */
export class UsageError extends Error {}

/** Something that was asked for properly and failed. Exit code 1. */
export class Failure extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>

export const COMMON = {
  url: { type: 'string' },
  'key-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options

/** The options and words of a command. @throws UsageError for what it does not know */
export function parse<T extends Options>(args: readonly string[], options: T) {
  refuseKey(args)
  try {
    return parseArgs({ args: [...args], options: { ...COMMON, ...options }, allowPositionals: true })
  } catch (error) {
    // Node adds how to write what begins with a dash and is no option; nothing here does.
    const [fault] = (error as Error).message.split('. To specify a positional')
    throw new UsageError(fault)
  }
}

/** What an argument holds, every user of the machine can read in the list of processes. */
function refuseKey(args: readonly string[]): void {
  if (!args.some((argument) => /^--(api-)?key(=|$)/.test(argument))) return
  throw new UsageError(
    'A key is not taken as an argument, where others on this machine could read it. Put it into CLAVIGER_API_KEY, or into a file for --key-file. If it was a real one, revoke it.',
  )
}

/** A number of credits. @throws UsageError */
export function credits(text: string, option: string): number {
  if (/^\d{1,8}(\.\d{1,9})?$/.test(text)) return Number(text)
  throw new UsageError(`${option} must be a number of credits with at most nine decimals, e.g. 12.5`)
}

/** A count. @throws UsageError */
export function count(text: string, option: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new UsageError(`${option} must be a whole number from 1`)
}

/** One of some words. @throws UsageError */
export function oneOf<T extends string>(text: string, words: readonly T[], option: string): T {
  const found = words.find((word) => word === text)
  if (found === undefined) throw new UsageError(`${option} must be one of ${words.join(', ')}`)
  return found
}

/** A list written with commas. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
}

/** The hash of a key. Its text in that place would go into the URL, and so into logs. @throws UsageError */
export function hash(text: string | undefined, usage: string): string {
  if (!text) throw new UsageError(usage)
  if (!/^[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{36}$/.test(text)) return text
  throw new UsageError(
    'That is the key itself. Name it by its hash, which `claviger keys list` shows, and keep the key out of arguments.',
  )
}
