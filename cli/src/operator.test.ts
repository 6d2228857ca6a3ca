import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, testConfig } from '../../server/test/support/claviger.ts'
import { runNode, type Started, startNode, stopAll } from '../../server/test/support/processes.ts'

const BIN = fileURLToPath(new URL('../bin/claviger.mjs', import.meta.url))
/** Each call is a process, and a busy machine starts few of them a second. */
const LIMIT_MS = 120_000
const NOBODY = 'http://127.0.0.1:1/v1'
const ANN = 'ann@example.com'

let installation: Installation
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claviger-operator-'))
  installation = await install(testConfig(NOBODY), false)
}, 60_000)
afterAll(async () => {
  await installation?.remove()
  rmSync(folder, { recursive: true, force: true })
  await stopAll()
})

const claviger = (...args: string[]) => runNode([BIN, ...args], installation.env)

async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await claviger(...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

interface MadeKey extends Record<string, unknown> {
  key: string
  hash: string
}

describe('without a running server', { timeout: LIMIT_MS }, () => {
  let made: MadeKey

  it('a user is made, suspended, listed, and let in again', async () => {
    const user = await json('admin', 'users', 'create', '--email', ANN, '--name', 'Ann')
    expect(user).toMatchObject({ email: ANN, name: 'Ann', status: 'active', id: expect.any(String) })
    expect(await json('admin', 'users', 'suspend', ANN)).toEqual({ ...user, status: 'suspended' })
    const { stdout } = await claviger('admin', 'users', 'list')
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^E-MAIL +NAME +STATUS +PLAN +ID$/),
      expect.stringMatching(/^ann@example\.com +Ann +suspended +- +\S+$/),
      '',
    ])
    expect(await json('admin', 'users', 'activate', ANN)).toEqual(user)
  })

  it('`admin keys create --json` has exactly the fields that scripts rely on', async () => {
    const args = ['--name', 'Full', '--permissions', 'inference,usage:read', '--limit', '12.5']
    const more = ['--limit-reset', 'monthly', '--expires-at', '2099-01-31T00:00:00Z']
    made = await json<MadeKey>('admin', 'keys', 'create', '--user', ANN, ...args, ...more)
    expect(made).toEqual({
      key: expect.stringMatching(/^cvg_[0-9A-Za-z]{36}$/),
      hash: expect.stringMatching(/^\S+$/),
      name: 'Full',
      label: expect.stringMatching(/^cvg_.*\S{4}$/),
      state: 'active',
      environment: 'production',
      permissions: ['inference', 'usage:read'],
      limit: '12.5',
      limit_reset: 'monthly',
      expires_at: '2099-01-31T00:00:00.000Z',
      project_id: null,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  it('the list of keys has the key, and never its text', async () => {
    const [listed, table] = [
      await claviger('admin', 'keys', 'list', '--json'),
      await claviger('admin', 'keys', 'list'),
    ]
    const rows = JSON.parse(listed.stdout) as Record<string, unknown>[]
    expect(rows).toEqual([
      expect.objectContaining({ hash: made.hash, owner: ANN, usage: '0', last_used: null }),
    ])
    expect(table.stdout).toMatch(/^NAME +LABEL +OWNER +STATE +USAGE +LAST USED +HASH\n/)
    expect(listed.stdout + table.stdout).not.toContain(made.key)
  })

  it('a project is made and listed', async () => {
    const project = await json('admin', 'projects', 'create', '--user', ANN, '--name', 'Research')
    expect(await json<object[]>('admin', 'projects', 'list', '--user', ANN)).toEqual([project])
  })

  it.each([
    [['admin', 'keys', 'revoke', 'absent'], 'There is no key absent'],
    [['admin', 'keys', 'create', '--cidrs', 'everywhere'], 'allowed_cidrs'],
  ])('%j fails with 1 and a line that says why', async (args, message) => {
    const { code, stdout, stderr } = await claviger(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain(' at ')
  })

  it.each([
    [['admin', 'keys', 'create', '--user', ANN, 'Forgotten'], 'Forgotten'],
    [['admin', 'keys', 'revoke', 'one', 'another'], 'another'],
    [['admin', 'users', 'create', '--email', 'x@example.com', '--limit', '5'], '--limit is no option'],
  ])('%j does nothing, since a part of it would not hold', async (args, message) => {
    const { code, stdout, stderr } = await claviger(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect((await claviger('admin', 'users', 'list')).stdout).not.toContain('x@example.com')
  })

  it('a schema that is up to date is left as it is', async () => {
    expect(await json('migrate')).toEqual({ database: 'sqlite', migrated: true })
  })
})

describe('claviger doctor', { timeout: LIMIT_MS }, () => {
  it('ends with 0 when all is well', async () => {
    const { code, stdout } = await claviger('doctor')
    expect(code).toBe(0)
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 20).trimEnd()),
    ).toEqual(['ok    version', 'ok    configuration', 'ok    secrets', 'ok    database'])
  })

  it('writes nothing where there is nothing yet', async () => {
    const env = { ...installation.env, DATA_DIR: mkdtempSync(join(folder, 'new-')) }
    expect((await runNode([BIN, 'doctor'], env)).stdout).toMatch(/ok +secrets +none yet: the first start/)
    expect(readdirSync(env.DATA_DIR)).toEqual([])
  })

  it.each<[string, () => NodeJS.ProcessEnv, string, string]>([
    ['a setting that does not exist', () => ({ CLAVIGER_FROB: '1' }), 'configuration', 'CLAVIGER_FROB'],
    ['a weak pepper', () => ({ CLAVIGER_PEPPER: 'short' }), 'secrets', 'CLAVIGER_PEPPER is weak'],
    [
      'another pepper',
      () => ({ CLAVIGER_PEPPER: 'another-pepper-0123456789-abcdefghijk' }),
      'database',
      'pepper',
    ],
    [
      'a directory without a database',
      () => ({ DATA_DIR: join(folder, 'empty') }),
      'database',
      'no Claviger database',
    ],
  ])('ends with 1 and says what to do about %s', async (_, env, check, message) => {
    const { code, stdout } = await runNode([BIN, 'doctor', '--json'], { ...installation.env, ...env() })
    expect(code).toBe(1)
    const findings = JSON.parse(stdout) as { check: string; ok: boolean; detail: string }[]
    const found = findings.find((finding) => finding.check === check)
    expect(found).toMatchObject({ ok: false, detail: expect.stringContaining(message) })
  })
})

it.each([[['admin', 'users', 'list']], [['migrate']], [['doctor']], [['serve']]])(
  '%j without its PostgreSQL fails with 1 and one line that says what to do',
  async (args) => {
    const secrets = Object.fromEntries(
      ['PEPPER', 'SESSION_SECRET', 'AUDIT_KEY'].map((name) => [
        `CLAVIGER_${name}`,
        `${name}-0123456789-abcdefghijklmnopqrst`,
      ]),
    )
    // A name with two addresses: such a failure has no text of its own.
    const url = 'postgres://claviger:swordfish@localhost:1/claviger'
    const env = { ...installation.env, ...secrets, DATABASE_URL: url }
    const { code, stdout, stderr } = await runNode([BIN, ...args], env)
    expect(code).toBe(1)
    const told = `${stdout}${stderr}`
    expect(told).toMatch(
      /The database cannot be reached \(.*ECONNREFUSED.*\): check that PostgreSQL runs and/,
    )
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(told).not.toMatch(/ at |swordfish/)
  },
  LIMIT_MS,
)

describe('while the server runs', { timeout: LIMIT_MS }, () => {
  let server: Started & { url: string }
  let key: string
  let live: string

  beforeAll(async () => {
    // Through the same command, as a service would start it.
    const started = await startNode([BIN, 'serve'], installation.env, /"url":"(http[^"]+)"/)
    server = { ...started, url: started.match[1] as string }
    key = (await json<MadeKey>('admin', 'keys', 'create', '--name', 'Steady')).key
  }, 60_000)

  const status = async (key: string) =>
    (await fetch(`${server.url}/api/v1/key`, { headers: { authorization: `Bearer ${key}` } })).status

  it('a key that is made works at the server’s next request, and is refused at the one after its revocation', async () => {
    const { key, hash } = await json<MadeKey>('admin', 'keys', 'create', '--name', 'Live')
    expect(await status(key)).toBe(200)
    expect(await json('admin', 'keys', 'revoke', hash)).toEqual({ hash, state: 'revoked' })
    expect(await status(key)).toBe(401)
    live = hash
  })

  it('a suspended user is refused at the server’s next request, and let in at the one after', async () => {
    expect(await status(key)).toBe(200)
    await json('admin', 'users', 'suspend', ANN)
    expect(await status(key)).toBe(403)
    await json('admin', 'users', 'activate', ANN)
    expect(await status(key)).toBe(200)
  })

  it('the doctor finds all well', async () => {
    expect((await claviger('doctor')).code).toBe(0)
  })

  it('a backup holds what was there when it was made, and never overwrites a file', async () => {
    const copy = join(folder, 'claviger.db')
    expect(await json('backup', copy)).toEqual({ path: copy, bytes: expect.any(Number) })
    const again = await claviger('backup', copy)
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toContain('is there already')
    // The copied directory is an installation of its own; its secrets come from the first.
    const secrets = join(installation.dir, 'secrets.json')
    cpSync(secrets, join(folder, 'secrets.json'))
    const { stdout } = await runNode([BIN, 'admin', 'keys', 'list', '--json'], {
      ...installation.env,
      DATA_DIR: folder,
    })
    expect((JSON.parse(stdout) as MadeKey[]).map((key) => key.hash)).toContain(live)
  })

  it('SIGTERM ends the server with 0, also where it is told twice at once', async () => {
    const { child } = server
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
    child.kill('SIGTERM')
    // Another one, since the kernel makes one of two alike that wait.
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 0, signal: null })
  })
})
