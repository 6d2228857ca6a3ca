import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { MAIN, runNode } from './processes.ts'

/**
 * A run makes a migrated database of each kind once and copies it from then on: the migration itself has tests of its
 * own. Where scripts/test.mjs has given no place for them, each database is migrated anew.
 */
const FOLDER = process.env.CLAVIGER_TEST_TEMPLATES
/** Only on a cluster of the run's own: on somebody's cluster it would be left over, and be old the next time. */
const DATABASE = process.env.CLAVIGER_TEST_TEMPLATE_DATABASE

/** What a database on PostgreSQL is opened with; one in a directory makes its own secrets. */
export const TEST_SECRETS = {
  CLAVIGER_PEPPER: 'test-pepper-0123456789-abcdefghijklmn',
  CLAVIGER_SESSION_SECRET: 'test-session-0123456789-abcdefghijkl',
  CLAVIGER_AUDIT_KEY: 'test-audit-0123456789-abcdefghijklmno',
  CLAVIGER_SEALING_KEY: 'test-sealing-0123456789-abcdefghijkl',
}

export interface MadeDatabase {
  readonly url: string
  drop(): Promise<void>
}

let databases = 0

/** Fills a directory as `claviger migrate` does before the first start: the database and its secrets. */
export async function fillDirectory(dir: string): Promise<void> {
  if (!FOLDER) return migrate(dir)
  const template = join(FOLDER, 'directory')
  if (!existsSync(template)) {
    const fresh = mkdtempSync(join(FOLDER, 'fresh-'))
    await migrate(fresh)
    rmSync(configIn(fresh))
    try {
      renameSync(fresh, template)
    } catch (error) {
      // Another worker was first.
      if (!existsSync(template)) throw error
      rmSync(fresh, { recursive: true })
    }
  }
  cpSync(template, dir, { recursive: true })
}

/** An empty database on the test cluster, or a copy of `template`. */
export async function createDatabase(template?: string): Promise<MadeDatabase> {
  const name = `claviger_${process.pid}_${Date.now()}_${databases++}`
  await onCluster(`CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${template}`}`)
  return {
    url: urlOf(name),
    drop: async () => void (await onCluster(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  }
}

/** A database on the test cluster with the schema of today. */
export async function createMigratedDatabase(dir: string): Promise<MadeDatabase> {
  if (DATABASE) {
    if (!(await exists(DATABASE))) await makeTemplate(DATABASE, dir)
    return createDatabase(DATABASE)
  }
  const made = await createDatabase()
  await migrate(dir, made.url)
  return made
}

async function makeTemplate(name: string, dir: string): Promise<void> {
  const made = await createDatabase()
  await migrate(dir, made.url)
  try {
    await onCluster(`ALTER DATABASE ${new URL(made.url).pathname.slice(1)} RENAME TO ${name}`)
  } catch (error) {
    await made.drop()
    // Another worker was first.
    if (!(await exists(name))) throw error
  }
}

async function migrate(dir: string, url?: string): Promise<void> {
  const config = configIn(dir)
  if (!existsSync(config)) writeFileSync(config, 'port: 0\n')
  const env = {
    DATA_DIR: dir,
    CLAVIGER_CONFIG: config,
    ...(url !== undefined && { ...TEST_SECRETS, DATABASE_URL: url }),
  }
  const { code, stderr } = await runNode([MAIN, 'migrate'], env)
  if (code !== 0) throw new Error(stderr)
}

function configIn(dir: string): string {
  return join(dir, 'claviger.yaml')
}

async function exists(name: string): Promise<boolean> {
  return (await onCluster(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)) > 0
}

function urlOf(name: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL as string)
  url.pathname = `/${name}`
  return url.href
}

/** @returns how many rows it answered */
async function onCluster(sql: string): Promise<number> {
  const base = process.env.TEST_DATABASE_URL
  if (!base) throw new Error('TEST_DATABASE_URL is not set')
  const client = new pg.Client({ connectionString: base })
  await client.connect()
  try {
    return (await client.query(sql)).rows.length
  } finally {
    await client.end()
  }
}
