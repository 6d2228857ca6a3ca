import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bodyOf, shapeOf } from '../support/authentication.ts'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { MAIN, runNode, startNode, stop, stopAll } from '../support/processes.ts'
import { type Caller, caller, until } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const EVERYTHING = 'inference,usage:read,keys:read,keys:write'
const PEPPER = 'another-pepper-0123456789-abcdefghijk'
const WRONG_PEPPER =
  /the pepper \(version 1\) is not the one this database was used with: restore secrets\.json/

afterAll(stopAll)

describe.each(DATABASES)('environments and secrets', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let installation: Installation
    let key: string

    beforeAll(async () => {
      installation = await install(testConfig('http://127.0.0.1:9/v1'), postgres)
      await installation.admin('admin', 'users', 'create', '--email', 'owner@example.com', '--name', 'Owner')
      key = await makeKey()
    })
    afterAll(async () => {
      await installation?.remove()
    })

    async function makeKey(env: NodeJS.ProcessEnv = {}): Promise<string> {
      const args = ['admin', 'keys', 'create', '--permissions', EVERYTHING, '--json']
      const { stdout, stderr } = await runNode([MAIN, ...args], { ...installation.env, ...env })
      if (stdout === '') throw new Error(stderr)
      return (JSON.parse(stdout) as { key: string }).key
    }

    /** A start that must fail: its code and what it said. */
    async function refusedStart(env: NodeJS.ProcessEnv): Promise<{ code: number | null; stderr: string }> {
      const { code, stdout, stderr } = await runNode([MAIN, 'serve'], { ...installation.env, ...env })
      expect(stdout).toBe('')
      return { code, stderr }
    }

    it('a database that is restored under another environment refuses its keys on every surface, and issues its own', async () => {
      const server = await installation.start({ CLAVIGER_ENVIRONMENT: 'staging' })
      const moved = caller(server.url, key)
      for (const path of ['/v1/models', '/v1/usage', '/api/v1/keys']) {
        const answer = await moved.get(path)
        const requestId = answer.headers.get('x-request-id') ?? ''
        const text = bodyOf(
          'wrong_environment',
          shapeOf(path),
          requestId,
          'API key was issued by another environment',
        )
        expect([answer.status, await answer.text()], path).toEqual([401, text])
      }
      const own = caller(server.url, await makeKey({ CLAVIGER_ENVIRONMENT: 'staging' }))
      expect((await own.read<{ data: object }>('/api/v1/key')).data).toMatchObject({ environment: 'staging' })
      await server.stop()
    })

    it('a wrong pepper does not start: it says what to restore instead of answering 401 to every key', async () => {
      const { code, stderr } = await refusedStart({ CLAVIGER_PEPPER: PEPPER })
      expect(code).toBe(1)
      expect(stderr).toMatch(WRONG_PEPPER)
      expect(stderr).toContain('CLAVIGER_PEPPER to the former value')
      expect(stderr).not.toMatch(/\n\s+at /)
      expect(stderr).not.toContain(PEPPER)
    })

    it('a pepper that is put before the former one makes new keys and still knows the old ones', async () => {
      const former = formerPepper(installation)
      const both = { CLAVIGER_PEPPER: `${PEPPER},${former}` }
      const server = await installation.start(both)
      const fresh = await makeKey(both)
      for (const text of [key, fresh])
        expect((await caller(server.url, text).get('/v1/models')).status).toBe(200)
      await server.stop()
      for (const CLAVIGER_PEPPER of [`${former},${PEPPER}`, PEPPER]) {
        const { code, stderr } = await refusedStart({ CLAVIGER_PEPPER })
        expect([code, stderr]).toEqual([
          1,
          expect.stringContaining('is not the one this database was used with'),
        ])
      }
    })
  })
})

describe('a shared database', () => {
  /** Refused before the database is asked, so none is needed. */
  const DATABASE_URL = 'postgres://nobody@127.0.0.1:9/none'
  const names = ['CLAVIGER_PEPPER', 'CLAVIGER_SESSION_SECRET', 'CLAVIGER_AUDIT_KEY'] as const
  const good = {
    DATABASE_URL,
    ...Object.fromEntries(names.map((name) => [name, `${name}-0123456789-abcdefghijklmn`])),
  }

  it('does not start without its secrets, and names every one that is missing', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'claviger-test-'))
    for (const command of [['serve'], ['migrate'], ['admin', 'keys', 'list']]) {
      const { code, stderr } = await runNode([MAIN, ...command], { DATABASE_URL, DATA_DIR: dir })
      expect(code, command.join(' ')).toBe(1)
      for (const name of names)
        expect(stderr).toContain(`${name} is missing: set it to 32 or more random characters`)
    }
    rmSync(dir, { recursive: true })
  })

  it.each(names)(
    'does not start with a weak %s',
    async (name) => {
      const dir = mkdtempSync(join(tmpdir(), 'claviger-test-'))
      for (const weak of name === 'CLAVIGER_PEPPER' ? ['changeme', 'ab'.repeat(40), ' '] : ['0'.repeat(64)]) {
        const { code, stderr } = await runNode([MAIN, 'serve'], { ...good, DATA_DIR: dir, [name]: weak })
        expect([code, stderr]).toEqual([1, expect.stringContaining(`${name} is weak`)])
        if (weak.length > 1) expect(stderr).not.toContain(weak)
      }
      rmSync(dir, { recursive: true })
    },
    60_000,
  )
})

describe('the embedded database', () => {
  let installation: Installation
  let server: Server
  let owner: Caller

  beforeAll(async () => {
    installation = await install(testConfig('http://127.0.0.1:9/v1', { log: { requests: 'none' } }))
    await installation.admin('admin', 'users', 'create', '--email', 'owner@example.com', '--name', 'Owner')
    const args = ['--permissions', EVERYTHING]
    const { key } = await installation.admin<{ key: string }>('admin', 'keys', 'create', ...args)
    server = await installation.start()
    owner = caller(server.url, key)
  })
  afterAll(async () => {
    await server?.stop()
    await installation?.remove()
  })

  const secretsOf = (dir: string) => join(dir, 'secrets.json')
  const modeOf = (path: string) => statSync(path).mode & 0o777

  it('keeps its secrets in a file that its user alone may read, also when somebody opened it', async () => {
    const path = secretsOf(installation.dir)
    expect(modeOf(path)).toBe(0o600)
    chmodSync(path, 0o644)
    await installation.admin('admin', 'keys', 'list')
    expect(modeOf(path)).toBe(0o600)
    const secrets = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
    expect(Object.keys(secrets)).toEqual(['pepper', 'session', 'audit', 'sealing'])
    expect(new Set(Object.values(secrets)).size).toBe(4)
    for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[0-9a-f]{64}$/)
  })

  it('does not start with a database whose secrets are gone, and does not make new ones', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'claviger-test-'))
    await installation.admin('backup', join(dir, 'claviger.db'))
    const { code, stderr } = await runNode([MAIN, 'serve'], { DATA_DIR: dir, PORT: '0' })
    expect([code, stderr]).toEqual([1, expect.stringContaining('CLAVIGER_PEPPER is missing')])
    expect(() => statSync(secretsOf(dir))).toThrow('ENOENT')
    rmSync(dir, { recursive: true })
  })

  it('a backup of the live server under load opens, knows every key that was made before it, and none that was not', async () => {
    const made: { key: string; hash: string; at: number }[] = []
    let running = true
    const writing = (async () => {
      while (running) {
        const answer = await owner.post('/api/v1/keys', { name: 'Under load' })
        const { key, data } = (await answer.json()) as { key: string; data: { hash: string } }
        made.push({ key, hash: data.hash, at: Date.now() })
        if (made.length % 5 === 0) await owner.send('DELETE', `/api/v1/keys/${data.hash}`)
      }
    })()
    await until('some keys', () => made.length >= 20 || undefined)
    const dir = mkdtempSync(join(tmpdir(), 'claviger-backup-'))
    const before = Date.now()
    const taken = await installation.admin('backup', join(dir, 'claviger.db'))
    await until(
      'keys after the backup',
      () => made.filter(({ at }) => at > Date.now() - 50).length > 0 || undefined,
    )
    const after = await owner.post('/api/v1/keys', { name: 'After' })
    const late = ((await after.json()) as { key: string }).key
    running = false
    await writing
    expect(Number(taken.bytes)).toBeGreaterThan(0)

    copyFileSync(secretsOf(installation.dir), secretsOf(dir))
    const config = join(dir, 'claviger.yaml')
    writeFileSync(config, readFileSync(join(installation.dir, 'claviger.yaml')))
    const env = { DATA_DIR: dir, CLAVIGER_CONFIG: config }
    const started = await startNode([MAIN, 'serve'], env, /"url":"(http[^"]+)"/)
    const url = String(started.match[1])
    expect((await caller(url, owner.key).get('/v1/models')).status).toBe(200)
    const known = made.filter(({ at }) => at < before)
    expect(known.length).toBeGreaterThanOrEqual(20)
    for (const [index, { key }] of known.entries()) {
      const { status } = await caller(url, key).get('/v1/models')
      expect(status, `key ${index}`).toBe((index + 1) % 5 === 0 ? 401 : 200)
    }
    expect((await caller(url, late).get('/v1/models')).status).toBe(401)
    await stop(started.child)
    rmSync(dir, { recursive: true })
  })

  it('a backup beside another installation’s secrets does not start', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'claviger-backup-'))
    await installation.admin('backup', join(dir, 'claviger.db'))
    const secrets = JSON.parse(readFileSync(secretsOf(installation.dir), 'utf8')) as Record<string, string>
    writeFileSync(secretsOf(dir), JSON.stringify({ ...secrets, pepper: PEPPER }))
    const { code, stderr } = await runNode([MAIN, 'serve'], { DATA_DIR: dir, PORT: '0' })
    expect([code, stderr]).toEqual([1, expect.stringMatching(WRONG_PEPPER)])
    expect(modeOf(secretsOf(dir))).toBe(0o600)
    rmSync(dir, { recursive: true })
  })

  it('a backup never overwrites a file', async () => {
    const file = join(installation.dir, 'taken.db')
    writeFileSync(file, 'precious')
    await expect(installation.admin('backup', file)).rejects.toThrow('is there already')
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })
})

function formerPepper({ env, dir }: Installation): string {
  if (env.CLAVIGER_PEPPER) return env.CLAVIGER_PEPPER
  return (JSON.parse(readFileSync(join(dir, 'secrets.json'), 'utf8')) as { pepper: string }).pepper
}
