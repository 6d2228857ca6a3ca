import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Config, ConfigError, loadConfig } from './config.ts'
import type { Environment } from './environment.ts'

const root = mkdtempSync(join(tmpdir(), 'claviger-config-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let files = 0

function file(content: object | string): string {
  const path = join(root, `${files++}.yaml`)
  writeFileSync(path, typeof content === 'string' ? content : stringify(content))
  return path
}

const load = (content: object | string, env: Environment = {}): Config => loadConfig(file(content), env)

/** The faults of a configuration, without the names of the files that this test made. */
function faults(content: object | string, env: Environment = {}): string[] {
  try {
    load(content, env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) expect(error.message).toContain(`  - ${fault}`)
    return error.faults.map((fault) => fault.replace(root, ''))
  }
  return []
}

const PROVIDER = { id: 'p', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1' }
const MODEL = { id: 'm', contextWindow: 1000, routes: [{ provider: 'p' }] }

describe('a configuration', () => {
  it('of nothing is whole, and says how a first start behaves', () => {
    const config = load('')
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      environment: 'production',
      trustedProxies: [],
      keys: { prefix: 'cvg', manageByKey: true, defaultPermissions: ['inference', 'usage:read'] },
      surfaces: { v1: true, apiV1: true, publicModels: false },
      providers: [],
    })
    expect(isAbsolute(config.dataDir)).toBe(true)
  })

  it('fills in what a provider and a model leave out', () => {
    const config = load({ providers: [PROVIDER], models: [MODEL] })
    expect(config.providers[0]).toMatchObject({
      supports: { responses: false, streamOptions: true, maxCompletionTokens: true },
      connections: 256,
    })
    expect(config.models[0]).toMatchObject({ kind: 'chat', vision: false })
  })

  it('may grant keys:verify where keys may not manage keys, since it manages none', () => {
    const keys = { manageByKey: false, defaultPermissions: ['inference', 'keys:verify'] }
    expect(load({ keys }).keys).toMatchObject(keys)
  })

  it('cannot be changed once it is read, and no two share a part', () => {
    const [one, other] = [load(''), load('')]
    expect(() => Object.assign(one, { port: 1 })).toThrow(TypeError)
    ;(one.keys.defaultPermissions as string[]).push('keys:write')
    expect(other.keys.defaultPermissions).toEqual(['inference', 'usage:read'])
    expect(load('').keys.defaultPermissions).toEqual(['inference', 'usage:read'])
  })

  it('tells all its faults at once: of the file, the environment, and what does not fit together', () => {
    const told = faults(
      {
        port: 99_999,
        nothing: 1,
        databaseUrl: 'mysql://user:sesame@host/db',
        log: { level: 'loud' },
        providers: [PROVIDER, PROVIDER],
        models: [MODEL, { ...MODEL, routes: [{ provider: 'q' }] }],
        auto: [{ model: 'z' }],
      },
      { CLAVIGER_GATEWAY_COOLDOWN_MS: 'soon', CLAVIGER_SURFACES_DOCS: 'yes', CLAVIGER_PROT: '1' },
    )
    expect(told).toEqual([
      'CLAVIGER_SURFACES_DOCS: must be true or false',
      'CLAVIGER_GATEWAY_COOLDOWN_MS: must be a whole number',
      'CLAVIGER_PROT: there is no such setting; see docs/reference/config.md for the names',
      'the file: there is no setting "nothing"; see docs/reference/config.md for the names',
      'port: must be <= 65535',
      expect.stringMatching(/^databaseUrl: must match pattern .* \(PostgreSQL, e\.g\. `postgres:/),
      'log.level: must be one of trace, debug, info, warn, error, fatal, silent',
      'providers: "p" is there twice; give each its own id',
      'models: "m" is there twice; give each its own id',
      'models: "m" is routed to "q", which is not under providers',
      'auto: "z" is not under models',
    ])
    expect(told.join()).not.toContain('sesame')
  })

  it.each<[string, object, string | RegExp]>([
    [
      'a provider without an address',
      { providers: [{ id: 'p', kind: 'openai' }] },
      'providers: "p" needs a baseUrl',
    ],
    [
      'an address that is none',
      { providers: [{ ...PROVIDER, baseUrl: 'https://[::' }] },
      /"p" needs a baseUrl without user/,
    ],
    [
      'a query in the address',
      { providers: [{ ...PROVIDER, baseUrl: 'https://h/v1?k=5' }] },
      /"p" needs a baseUrl without user/,
    ],
    [
      'a password in the address',
      { providers: [{ ...PROVIDER, baseUrl: 'https://a:sesame@h/v1' }] },
      /credentials go to apiKey/,
    ],
    [
      'a line break at the end of a credential',
      { providers: [{ ...PROVIDER, apiKey: 'sesame\n' }] },
      /apiKey.*line break/,
    ],
    [
      'a header with a line break',
      { providers: [{ ...PROVIDER, headers: { 'x-a': 'sesame\r\nx-b: 1' } }] },
      /header that cannot be sent: "x-a"/,
    ],
    [
      'a header’s name with a blank',
      { providers: [{ ...PROVIDER, headers: { 'x a': '1' } }] },
      /header that cannot be sent: "x a"/,
    ],
    [
      'a model named auto',
      { providers: [PROVIDER], models: [{ ...MODEL, id: 'auto' }] },
      /"auto" is reserved/,
    ],
    ['a proxy that is everybody', { trustedProxies: ['0.0.0.0/0'] }, /trusts everybody/],
    ['a proxy that is everybody, written oddly', { trustedProxies: ['::/000'] }, /trusts everybody/],
    ['a network of one’s own that is everything', { outbound: { allowCidrs: ['0.0.0.0/0'] } }, /opens every/],
    ['a proxy that is no address', { trustedProxies: ['999.1.1.1'] }, /neither an address nor a CIDR block/],
    ['a proxy of too many bits', { trustedProxies: ['10.0.0.0/33'] }, /neither an address nor a CIDR block/],
    [
      'a permission that cannot be used',
      { keys: { manageByKey: false, defaultPermissions: ['keys:read'] } },
      /keys:read and keys:write cannot be granted/,
    ],
    [
      'a price that is a number',
      { providers: [PROVIDER], models: [{ ...MODEL, prices: { input: 1 } }] },
      'models.0.prices.input: must be string',
    ],
    [
      'a price of ten decimals',
      { providers: [PROVIDER], models: [{ ...MODEL, prices: { input: '0.0000000001' } }] },
      /models\.0\.prices\.input: must match/,
    ],
    [
      'a negative price',
      { providers: [PROVIDER], models: [{ ...MODEL, prices: { input: '-1' } }] },
      /models\.0\.prices\.input: must match/,
    ],
    [
      'a model without a route',
      { providers: [PROVIDER], models: [{ ...MODEL, routes: [] }] },
      /models\.0\.routes: must NOT have fewer than 1/,
    ],
    [
      'a prefix in capitals',
      { keys: { prefix: 'CVG' } },
      /keys\.prefix: must match pattern .* \(Text before/,
    ],
    ['a brand that would break a header', { brand: 'a"b' }, /brand: must match/],
  ])('is refused for %s, in words that say what to do and repeat no credential', (_, content, fault) => {
    const told = faults(content)
    expect(told).toEqual([typeof fault === 'string' ? fault : expect.stringMatching(fault)])
    expect(told.join()).not.toContain('sesame')
  })

  it.each([
    ['a list', '- a', /mapping of settings/],
    ['a text', 'x', /mapping of settings/],
    ['a number', '5', /mapping of settings/],
    ['no YAML', 'a: [', /not valid YAML.* at line 1/],
    ['a name twice', 'port: 1\nport: 2', /not valid YAML: Map keys must be unique at line 2/],
    ['a thing that contains itself', 'a: &x {b: *x}', /not valid YAML/],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (name, i: number) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]\n`)}`,
      /not valid YAML/,
    ],
    ['a prototype', '__proto__: {port: 5}', /no setting "__proto__"/],
  ])('is refused when the file is %s', (_, text, fault) => {
    expect(faults(text).join('\n')).toMatch(fault)
  })

  it('in a file that is not there, or not to be read, is told by the file’s name', () => {
    const missing = join(root, 'missing.yaml')
    expect(() => loadConfig(missing, {})).toThrow(
      `${missing}: there is no such file; name one that exists with --config`,
    )
    const folder = join(root, 'folder.yaml')
    mkdirSync(folder)
    expect(() => loadConfig(folder, {})).toThrow(`${folder}: cannot be read`)
  })

  it('is read from the file that the command names, else from the one of the environment', () => {
    const [one, other] = [file({ port: 1 }), file({ port: 2 })]
    expect(loadConfig(one, { CLAVIGER_CONFIG: other }).port).toBe(1)
    expect(loadConfig(undefined, { CLAVIGER_CONFIG: other }).port).toBe(2)
  })

  it('takes a credential from the environment, wherever it is named, and misses none in silence', () => {
    const providers = [{ ...PROVIDER, apiKey: '${KEY}', headers: { 'x-team': 'a-${TEAM}-${TEAM}' } }]
    const config = load({ providers, models: [MODEL] }, { KEY: 'se$&same', TEAM: 'b' })
    expect(config.providers[0]).toMatchObject({ apiKey: 'se$&same', headers: { 'x-team': 'a-b-b' } })
    expect(faults({ providers, models: [MODEL] }, { TEAM: 'b' })).toEqual([
      expect.stringMatching(/\$\{KEY\} is used, but the environment has no KEY$/),
    ])
  })

  it('takes nothing from the environment in the value of a variable: what is put in is not read again', () => {
    const config = load({ credits: { symbol: '${A}' } }, { A: '${B}', B: 'no' })
    expect(config.credits.symbol).toBe('${B}')
  })
})
