import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditActor } from '../audit/audit.ts'
import { type Config, loadConfig } from '../config/config.ts'
import { ENVIRONMENT } from '../config/environment.ts'
import { loadSecrets } from '../config/secrets.ts'
import type { Deps } from '../deps.ts'
import { createDeps, openStore } from '../infrastructure.ts'
import { createLog } from '../lib/log.ts'

export type Flags = Readonly<Record<string, string | boolean | undefined>>

/** A command that was called wrongly; its text says how to call it. */
export class UsageError extends Error {}

/** What an operator does at the machine stands in the audit log under this actor. */
export const OPERATOR: AuditActor = { kind: 'operator', id: null, way: 'cli' }

export function text(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

export function required(flags: Flags, name: string): string {
  const value = text(flags, name)
  if (!value) throw new UsageError(`--${name} is missing`)
  return value
}

export function readConfig(flags: Flags): Config {
  return loadConfig(text(flags, 'config'), ENVIRONMENT)
}

/** Runs an operator's action on the data directory or DATABASE_URL, whether or not the server runs. */
export async function withDeps<T>(flags: Flags, work: (deps: Deps) => Promise<T>): Promise<T> {
  const config = readConfig(flags)
  if (!config.databaseUrl && !existsSync(join(config.dataDir, 'claviger.db'))) {
    throw new UsageError(
      `There is no Claviger database in ${config.dataDir}. Name the directory with DATA_DIR or --config, set DATABASE_URL, or start the server once.`,
    )
  }
  const log = createLog('warn')
  // Before the database is opened, which migrates it: nobody without the secrets should do that.
  const secrets = loadSecrets(config, ENVIRONMENT)
  const store = await openStore(config, log)
  try {
    return await work(await createDeps(config, secrets, store, log))
  } finally {
    await store.close()
  }
}

/** Prints a result: JSON for programs, else lines for people. */
export function print(flags: Flags, value: unknown, lines: () => string): void {
  process.stdout.write(`${flags.json ? JSON.stringify(value) : lines()}\n`)
}

/** Columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(header), ...rows.map(line)].join('\n')
}
