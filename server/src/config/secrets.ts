import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from '../deps.ts'
import { type Config, ConfigError } from './config.ts'
import type { Environment } from './environment.ts'

interface SecretFile {
  readonly pepper: string
  readonly session: string
  readonly audit: string
}

const FIELDS = [
  ['pepper', 'CLAVIGER_PEPPER'],
  ['session', 'CLAVIGER_SESSION_SECRET'],
  ['audit', 'CLAVIGER_AUDIT_KEY'],
] as const

const LENGTH_LEAST = 32
const DIFFERENT_LEAST = 10

/**
 * The pepper, session secret and audit key: from the environment, else from `secrets.json` in the data directory. The
 * embedded default makes that file (mode 0600) at its first start; a shared database refuses to start without them,
 * since a node that made its own could read no key of the others.
 *
 * Several peppers are written newest first, divided by commas.
 *
 * @throws ConfigError when one is missing or weak
 */
export function loadSecrets(config: Config, env: Environment): Secrets {
  const path = join(config.dataDir, 'secrets.json')
  const stored = readSecrets(path, config)
  const faults: string[] = []
  const value = (field: keyof SecretFile, name: string): string => {
    const found = env[name] ?? stored?.[field]
    if (found === undefined) {
      faults.push(
        `${name} is missing: set it to ${LENGTH_LEAST} or more random characters (openssl rand -hex 32), the same on every node`,
      )
      return ''
    }
    for (const part of found.split(',')) {
      if (part.length < LENGTH_LEAST || new Set(part).size < DIFFERENT_LEAST) {
        faults.push(`${name} is weak: use ${LENGTH_LEAST} or more random characters (openssl rand -hex 32)`)
        break
      }
    }
    return found
  }
  const [pepper, , audit] = FIELDS.map(([field, name]) => value(field, name)) as [string, string, string]
  if (faults.length > 0) throw new ConfigError(faults)
  const parts = pepper.split(',')
  return {
    peppers: parts.map((text, index) => ({ version: parts.length - index, key: Buffer.from(text) })),
    auditKey: Buffer.from(audit),
  }
}

function readSecrets(path: string, config: Config): SecretFile | undefined {
  if (existsSync(path)) {
    chmodSync(path, 0o600)
    return JSON.parse(readFileSync(path, 'utf8')) as SecretFile
  }
  if (config.databaseUrl || existsSync(join(config.dataDir, 'claviger.db'))) return undefined
  const made = Object.fromEntries(
    FIELDS.map(([field]) => [field, randomBytes(32).toString('hex')]),
  ) as unknown as SecretFile
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  // Written beside and renamed: a crash in between must not leave half a file that a later start takes for the truth.
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(temporary, path)
  return made
}

/** What the database remembers of a pepper: enough to know it again, useless to compute it. */
export function pepperFingerprint(key: Buffer): string {
  return createHmac('sha256', key).update('claviger pepper fingerprint').digest('hex').slice(0, 32)
}
