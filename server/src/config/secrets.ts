import { createHmac, randomBytes } from 'node:crypto'
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from '../deps.ts'
import { type Config, ConfigError } from './config.ts'
import type { Environment } from './environment.ts'

interface SecretFile {
  readonly pepper: string
  readonly session: string
  readonly audit: string
  readonly sealing?: string
}

const FIELDS = [
  ['pepper', 'CLAVIGER_PEPPER'],
  ['session', 'CLAVIGER_SESSION_SECRET'],
  ['audit', 'CLAVIGER_AUDIT_KEY'],
  ['sealing', 'CLAVIGER_SEALING_KEY'],
] as const

/** Needed by those alone who keep credentials of providers in the database. */
const OPTIONAL: ReadonlySet<keyof SecretFile> = new Set(['sealing'])
/** May have former versions behind the newest. */
const VERSIONED: ReadonlySet<keyof SecretFile> = new Set(['pepper', 'sealing'])

/** Stands for a version that nothing needs any more. */
const DROPPED = '-'

const LENGTH_LEAST = 32
const DIFFERENT_LEAST = 10

/**
 * The pepper, session secret, audit key and sealing key: from the environment, else from `secrets.json` in the data
 * directory. The embedded default makes that file (mode 0600) at its first start; a shared database refuses to start
 * without them, since a node that made its own could read no key of the others. The sealing key may be absent: then
 * nothing can be sealed.
 *
 * Several peppers or sealing keys are written newest first, divided by commas. Their versions count from the end, so one
 * that was dropped leaves a `-` in its place.
 *
 * @throws ConfigError when one is missing or weak
 */
export function loadSecrets(config: Config, env: Environment): Secrets {
  const path = join(config.dataDir, 'secrets.json')
  const stored = obtainSecrets(path, config)
  const faults: string[] = []
  const value = (field: keyof SecretFile, name: string): string => {
    // Empty counts as not set, as with every other variable.
    const found = env[name] || stored?.[field]
    if (found === undefined) {
      if (OPTIONAL.has(field)) return ''
      faults.push(
        config.databaseUrl
          ? `${name} is missing: set it to ${LENGTH_LEAST} or more random characters (openssl rand -hex 32), the same on every node`
          : `${name} is missing: restore ${path}, which was made together with the database, or set ${name} to its former value`,
      )
      return ''
    }
    for (const [index, part] of found.split(',').entries()) {
      if (VERSIONED.has(field) && index > 0 && part === DROPPED) continue
      if (part.length < LENGTH_LEAST || new Set(part).size < DIFFERENT_LEAST) {
        faults.push(`${name} is weak: use ${LENGTH_LEAST} or more random characters (openssl rand -hex 32)`)
        break
      }
    }
    return found
  }
  const [pepper, session, audit, sealing] = FIELDS.map(([field, name]) => value(field, name)) as [
    string,
    string,
    string,
    string,
  ]
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    peppers: versionsOf(pepper),
    sessionSecret: session,
    auditKey: Buffer.from(audit),
    sealingKeys: sealing === '' ? [] : versionsOf(sealing),
  }
}

function versionsOf(text: string): { version: number; key: Buffer }[] {
  const parts = text.split(',')
  return parts
    .map((part, index) => ({ part, version: parts.length - index }))
    .filter(({ part }) => part !== DROPPED)
    .map(({ part, version }) => ({ version, key: Buffer.from(part) }))
}

/** Whether `loadSecrets` would make the file. */
export function awaitsFirstStart(config: Config): boolean {
  // Looked at first: whoever makes both makes the file before the database.
  const isUsed = config.databaseUrl !== undefined || existsSync(join(config.dataDir, 'claviger.db'))
  return !isUsed && !existsSync(join(config.dataDir, 'secrets.json'))
}

/** What `secrets.json` says, made if this is the first start of an embedded database. */
function obtainSecrets(path: string, config: Config): SecretFile | undefined {
  if (awaitsFirstStart(config)) {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    makeFile(path, Object.fromEntries(FIELDS.map(([field]) => [field, randomBytes(32).toString('hex')])))
  }
  return existsSync(path) ? readFile(path) : undefined
}

/**
 * Written beside, flushed, and put in place under its name only if nobody else did: a crash must not leave half a file
 * that a later start takes for the truth, and two processes that start at once must go on with the same secrets.
 */
function makeFile(path: string, made: object): void {
  const temporary = `${path}.${randomBytes(8).toString('hex')}`
  try {
    writeFileSync(temporary, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
    putInPlace(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

function putInPlace(temporary: string, path: string): void {
  try {
    linkSync(temporary, path)
  } catch (error) {
    // Some file systems have no links.
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(String((error as NodeJS.ErrnoException).code)))
      throw error
    copyFileSync(temporary, path, constants.COPYFILE_EXCL)
  }
}

function readFile(path: string): SecretFile {
  try {
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
  } catch (error) {
    throw new ConfigError([
      `${path} may be read by others, and that could not be mended (${(error as Error).message}): give it the mode 0600`,
    ])
  }
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as SecretFile
    if (FIELDS.every(([field]) => stored[field] === undefined || typeof stored[field] === 'string'))
      return stored
  } catch {
    // Told below, without a word of what stands in the file.
  }
  throw new ConfigError([
    `${path} is damaged: restore it from a backup; a new one would fit none of the keys in the database`,
  ])
}

/** What the database remembers of a sealing key. */
export function sealingFingerprint(key: Buffer): string {
  return createHmac('sha256', key).update('claviger sealing key fingerprint').digest('hex').slice(0, 32)
}

/** What the database remembers of a pepper: enough to know it again, useless to compute it. */
export function pepperFingerprint(key: Buffer): string {
  return createHmac('sha256', key).update('claviger pepper fingerprint').digest('hex').slice(0, 32)
}
