import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { listUsers } from '../accounts/users.ts'
import { ConfigError } from '../config/config.ts'
import { ENVIRONMENT } from '../config/environment.ts'
import { awaitsFirstStart, loadSecrets } from '../config/secrets.ts'
import { VERSION } from '../config/version.ts'
import { openStore } from '../infrastructure.ts'
import { listAllKeys } from '../keys/keys.ts'
import { pepperUse } from '../keys/pepper.ts'
import { createLog } from '../lib/log.ts'
import { sealingUse } from '../providers/sealing.ts'
import { databaseFault } from './database-fault.ts'
import { type Flags, print, readConfig, UsageError, withDeps } from './open.ts'

/** `claviger migrate`: brings the schema up to date and says so. Starting the server does the same. */
export async function migrateDatabase(flags: Flags): Promise<void> {
  const config = readConfig(flags)
  // Before the database, so that the first of all starts makes both.
  loadSecrets(config, ENVIRONMENT)
  const store = await openStore(config, createLog('warn'))
  const kind = store.kind
  await store.close()
  print(flags, { database: kind, migrated: true }, () => `The ${kind} database is up to date`)
}

/** `claviger backup <file>`: a consistent copy of the live embedded database. */
export async function backup(target: string | undefined, flags: Flags): Promise<void> {
  if (!target) throw new UsageError('claviger backup <file>')
  const path = resolve(target)
  if (existsSync(path)) throw new UsageError(`${path} is there already: name a new file`)
  if (!existsSync(dirname(path)))
    throw new UsageError(`There is no directory ${dirname(path)}: make it first`)
  await withDeps(flags, async (deps) => {
    if (deps.store.kind === 'postgres')
      throw new UsageError('`claviger backup` copies the embedded database; for PostgreSQL use pg_dump')
    await deps.store.backup(path)
  })
  const bytes = statSync(path).size
  print(
    flags,
    { path, bytes },
    () =>
      `Copied ${bytes} bytes to ${path}. Keep secrets.json beside it: without the pepper no key can be checked.`,
  )
}

interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

/** `claviger doctor`: tries what a server needs and says what to do where something is missing. Exit code 1 if so. */
export async function doctor(flags: Flags): Promise<void> {
  const findings: Finding[] = []
  const attempt = async (check: string, work: () => Promise<string> | string): Promise<void> => {
    try {
      findings.push({ check, ok: true, detail: await work() })
    } catch (error) {
      const known = error instanceof ConfigError ? error.faults.join('; ') : databaseFault(error)
      const detail = known ?? (error as Error).message
      findings.push({ check, ok: false, detail })
    }
  }
  await attempt('version', () => `Claviger ${VERSION} on Node ${process.versions.node}`)
  await attempt('configuration', () => describeConfig(flags))
  const readable = findings.every(({ ok }) => ok)
  const attemptBy = (check: string, work: () => Promise<string> | string) =>
    attempt(check, readable ? work : unreadable)
  await attemptBy('secrets', () => describeSecrets(flags))
  await attemptBy('database', () =>
    withDeps(flags, async (deps) => {
      await deps.store.ping()
      const [users, keys] = await Promise.all([listUsers(deps), listAllKeys(deps)])
      const lag = deps.store.clockOffsetMs()
      const peppers = describeVersions('live secrets under pepper', await pepperUse(deps))
      const sealing = describeVersions(
        'credentials and webhook secrets under sealing key',
        await sealingUse(deps),
      )
      return `${deps.store.kind}, ${users.length} users, ${keys.length} keys${lag === 0 ? '' : `, its clock is ${lag} ms ahead`}${peppers}${sealing}`
    }),
  )
  const failed = findings.some((finding) => !finding.ok)
  print(flags, findings, () =>
    findings
      .map(({ check, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${check.padEnd(14)} ${detail}`)
      .join('\n'),
  )
  if (failed) process.exitCode = 1
}

function unreadable(): never {
  throw new ConfigError(['not looked at: mend the configuration first'])
}

/** Looks and makes nothing: a directory that a doctor has written to would pass for an installation. */
function describeSecrets(flags: Flags): string {
  const config = readConfig(flags)
  if (awaitsFirstStart(config)) return 'none yet: the first start makes them'
  const { peppers, sealingKeys } = loadSecrets(config, ENVIRONMENT)
  return `${peppers.length} pepper(s), an audit key and ${sealingKeys.length} sealing key(s)`
}

function describeVersions(what: string, use: readonly { version: number; count: number }[]): string {
  if (use.length < 2) return ''
  const versions = use.map(({ version, count }, index) => {
    const hint = count === 0 && index > 0 ? ' (may be dropped: write - in its place)' : ''
    return `version ${version}: ${count}${hint}`
  })
  return `; ${what} ${versions.join(', ')}`
}

async function describeConfig(flags: Flags): Promise<string> {
  const config = readConfig(flags)
  // It brings the providers' clients along, which no other command here needs.
  const { buildCatalogue } = await import('../providers/catalogue.ts')
  const catalogue = buildCatalogue(config)
  const summary = `environment ${config.environment}, prefix ${config.keys.prefix}_, ${catalogue.models.size} models`
  await catalogue.close()
  return summary
}
