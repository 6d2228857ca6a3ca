import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { runNode } from '../../test/support/processes.ts'
import { ConfigError, loadConfig } from './config.ts'
import type { Environment } from './environment.ts'
import { loadSecrets, pepperFingerprint } from './secrets.ts'

const root = mkdtempSync(join(tmpdir(), 'claviger-secrets-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const EMPTY = join(root, 'empty.yaml')
writeFileSync(EMPTY, '')

let dirs = 0
let dir: string
let file: string
beforeEach(() => {
  dir = join(root, `data${dirs++}`)
  file = join(dir, 'secrets.json')
})

const load = (env: Environment = {}) => loadSecrets(loadConfig(EMPTY, { DATA_DIR: dir, ...env }), env)
const POSTGRES = { DATABASE_URL: 'postgres://localhost/none' }
const strong = (name: string) => `${name}-0123456789-abcdefghijklmnopqrst`
const ALL = {
  CLAVIGER_PEPPER: strong('pepper'),
  CLAVIGER_SESSION_SECRET: strong('session'),
  CLAVIGER_AUDIT_KEY: strong('audit'),
}

function faults(env: Environment): readonly string[] {
  try {
    load(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('the secrets of an embedded database', () => {
  it('are made at the first start, readable by their owner alone, and the same ever after', () => {
    const made = load()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dir)).toEqual(['secrets.json'])
    expect(load()).toEqual(made)
    expect(made.peppers).toHaveLength(1)
    expect(made.peppers[0]?.key.length).toBeGreaterThanOrEqual(32)
    expect(made.sealingKeys).toHaveLength(1)
    expect(new Set(Object.values(JSON.parse(readFileSync(file, 'utf8')) as object)).size).toBe(4)
  })

  it('are the same for all processes that start at the same moment, every time', async () => {
    const rounds = 40
    const at = Date.now() + 2500
    const code = `
      import { readFileSync } from 'node:fs'
      import { loadSecrets } from ${JSON.stringify(new URL('./secrets.ts', import.meta.url).href)}
      const told = []
      for (let round = 0; round < ${rounds}; round++) {
        while (Date.now() < ${at} + round * 25);
        const { peppers, auditKey } = loadSecrets({ dataDir: ${JSON.stringify(`${dir}-`)} + round }, {})
        told.push(String(peppers[0].key) + auditKey)
      }
      console.log(JSON.stringify(told))`
    const runs = await Promise.all([1, 2, 3, 4].map(() => runNode(['--input-type=module', '-e', code], {})))
    const told = runs.map(({ code, stdout, stderr }) => {
      expect([code, stderr]).toEqual([0, ''])
      return JSON.parse(stdout) as string[]
    })
    for (let round = 0; round < rounds; round++) {
      expect(new Set(told.map((list) => list[round])).size).toBe(1)
      expect(readdirSync(`${dir}-${round}`)).toEqual(['secrets.json'])
    }
  })

  it('that others could read are closed to them', () => {
    load()
    chmodSync(file, 0o644)
    load()
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('are never made anew beside a database that is there: its keys would all be lost', () => {
    load()
    writeFileSync(join(dir, 'claviger.db'), '')
    rmSync(file)
    const told = faults({})
    expect(told).toHaveLength(3)
    for (const fault of told)
      expect(fault).toMatch(/^CLAVIGER_\w+ is missing: restore .*secrets\.json.* or set CLAVIGER_/)
    expect(readdirSync(dir)).toEqual(['claviger.db'])
  })

  it.each(['', '{', '{"pepper":', '[]', 'null', '{"pepper":5,"session":"x","audit":"y"}'])(
    'are not guessed from a damaged file: %j',
    (text) => {
      load()
      writeFileSync(file, text)
      const told = faults({})
      expect(told.join()).toMatch(/secrets\.json|is missing/)
      expect(readFileSync(file, 'utf8')).toBe(text)
    },
  )

  it('do not stand in the text of the fault when the file is damaged', () => {
    load()
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.slice(0, -5))
    const { pepper } = JSON.parse(text) as { pepper: string }
    expect(faults({}).join()).toContain('is damaged')
    expect(faults({}).join()).not.toContain(pepper.slice(0, 8))
  })

  it('give way to those of the environment', () => {
    load()
    const secrets = load(ALL)
    expect(secrets.peppers).toEqual([{ version: 1, key: Buffer.from(ALL.CLAVIGER_PEPPER) }])
    expect(secrets.auditKey).toEqual(Buffer.from(ALL.CLAVIGER_AUDIT_KEY))
    expect(load({ ...ALL, CLAVIGER_PEPPER: '' }).peppers).toEqual(load().peppers)
  })
})

describe('the secrets of a shared database', () => {
  it('have to be given: a node that made its own could read no key of the others', () => {
    const told = faults(POSTGRES)
    expect(told.map((fault) => fault.split(' ')[0])).toEqual(Object.keys(ALL))
    for (const fault of told) expect(fault).toContain('openssl rand -hex 32')
    expect(faults({ ...POSTGRES, ...ALL })).toEqual([])
  })

  it('keep the versions of their peppers when an old one is dropped', () => {
    const { peppers } = load({ ...POSTGRES, ...ALL, CLAVIGER_PEPPER: [strong('new'), '-'].join() })
    expect(peppers).toEqual([{ version: 2, key: Buffer.from(strong('new')) }])
  })

  it('may be several peppers, the newest first, numbered from the oldest', () => {
    const { peppers } = load({ ...POSTGRES, ...ALL, CLAVIGER_PEPPER: [strong('new'), strong('old')].join() })
    expect(peppers).toEqual([
      { version: 2, key: Buffer.from(strong('new')) },
      { version: 1, key: Buffer.from(strong('old')) },
    ])
  })

  it('may lack a sealing key, which is versioned as a pepper is and must not be weak', () => {
    const sealing = (text: string) => ({ ...POSTGRES, ...ALL, CLAVIGER_SEALING_KEY: text })
    expect(load({ ...POSTGRES, ...ALL }).sealingKeys).toEqual([])
    expect(load(sealing([strong('new'), '-', strong('old')].join())).sealingKeys).toEqual([
      { version: 3, key: Buffer.from(strong('new')) },
      { version: 1, key: Buffer.from(strong('old')) },
    ])
    expect(faults(sealing('weak'))).toEqual([expect.stringMatching(/^CLAVIGER_SEALING_KEY is weak/)])
  })

  it.each([
    ['too short', 'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p'],
    ['of few different characters', 'abcabcabcabcabcabcabcabcabcabcabcabcabc'],
    ['a list with an empty pepper', `${strong('new')},`],
    ['a list without a newest pepper', `-,${strong('old')}`],
    ['a list with a short pepper', `${strong('new')},short`],
  ])('are refused when one is %s, and the text does not repeat it', (_, pepper) => {
    const told = faults({ ...POSTGRES, ...ALL, CLAVIGER_PEPPER: pepper })
    expect(told).toEqual(['CLAVIGER_PEPPER is weak: use 32 or more random characters (openssl rand -hex 32)'])
  })

  it('are all told of at once', () => {
    expect(faults({ ...POSTGRES, CLAVIGER_PEPPER: 'weak', CLAVIGER_AUDIT_KEY: 'weak' })).toHaveLength(3)
  })
})

it('A fingerprint tells peppers apart and is not a part of them', () => {
  const [one, other] = [strong('one'), strong('other')].map((text) => pepperFingerprint(Buffer.from(text)))
  expect(one).not.toBe(other)
  expect(one).toBe(pepperFingerprint(Buffer.from(strong('one'))))
  expect(one).toMatch(/^[0-9a-f]{32}$/)
})
