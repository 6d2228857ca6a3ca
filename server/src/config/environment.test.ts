import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'
import { type Environment, type Variable, variables } from './environment.ts'
import { ConfigSchema, PERMISSIONS } from './schema.ts'

const root = mkdtempSync(join(tmpdir(), 'claviger-environment-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const EMPTY = join(root, 'empty.yaml')
writeFileSync(EMPTY, '')

const load = (env: Environment) => loadConfig(EMPTY, env)
const at = (config: object, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], config)

/** A value for each setting that is a text of a certain shape. A new one has to be added here. */
const SAMPLES: Readonly<Record<string, string>> = {
  brand: 'EU GPT',
  host: '0.0.0.0',
  publicUrl: 'https://keys.example.com',
  environment: 'staging',
  dataDir: '/var/lib/claviger',
  databaseUrl: 'postgres://user@host/claviger',
  trustedProxies: '10.0.0.1, 192.168.0.0/16',
  'metrics.token': 'a-token-of-sixteen',
  'metrics.host': '::1',
  'keys.prefix': 'eugpt',
  'keys.otherPrefixes': 'eur,cvg',
  'keys.defaultPermissions': PERMISSIONS.filter((name) => name !== 'credits:write').join(),
  'credits.symbol': '€',
  'plans.default': 'free',
  'balance.minimum': '0.10',
  'smtp.host': 'mail.example.com',
  'smtp.user': 'claviger',
  'smtp.password': 'a password',
  'smtp.from': 'EU GPT <keys@example.com>',
  'outputs.directory': '/var/lib/claviger/outputs',
  'outputs.s3.endpoint': 'https://s3.example.com',
  'outputs.s3.region': 'eu-central-1',
  'outputs.s3.bucket': 'claviger-outputs',
  'outputs.s3.prefix': 'claviger/',
  'outputs.s3.accessKeyId': 'an access key',
  'outputs.s3.secretAccessKey': 'its secret',
  'outbound.ports': '8443, 9443',
  'outbound.allowCidrs': '10.0.0.0/8, fd00::/8',
  'outbound.resolver': '10.0.0.53:53',
  'webhooks.balanceLow': '2.5',
}

/** What a setting cannot be set without. */
const NEEDED: Readonly<Record<string, Environment>> = {
  'outputs.storage': {
    CLAVIGER_OUTPUTS_S3_ENDPOINT: 'https://s3.example.com',
    CLAVIGER_OUTPUTS_S3_BUCKET: 'claviger-outputs',
    CLAVIGER_OUTPUTS_S3_ACCESS_KEY_ID: 'an access key',
    CLAVIGER_OUTPUTS_S3_SECRET_ACCESS_KEY: 'its secret',
  },
}

/** A text that is good for the variable and not its default, and what it means. */
function sampleOf({ path, node }: Variable): { text: string; value: unknown } {
  const { default: fallback, minimum = 0 } = node as { default?: unknown; minimum?: number }
  if (node.type === 'boolean') return { text: String(!fallback), value: !fallback }
  if (node.type === 'integer') {
    const value = minimum === fallback ? minimum + 1 : minimum
    return { text: String(value), value }
  }
  const other = node.enum?.find((value) => value !== fallback)
  if (other !== undefined) return { text: String(other), value: other }
  const text = SAMPLES[path.join('.')]
  if (text === undefined) throw new Error(`SAMPLES has no ${path.join('.')}`)
  const parts = text.split(',').map((part) => part.trim())
  const isNumbers = (node as { items?: { type?: string } }).items?.type === 'integer'
  return { text, value: node.type === 'array' ? (isNumbers ? parts.map(Number) : parts) : text }
}

const ALL = variables(ConfigSchema)

describe('an environment variable', () => {
  it('is there for every setting but the lists of objects', () => {
    const leaves: string[] = []
    const visit = (node: { properties?: object }, path: string[]): void => {
      if (!node.properties) leaves.push(path.join('.'))
      for (const [name, child] of Object.entries(node.properties ?? {}))
        visit(child as object, [...path, name])
    }
    visit(ConfigSchema as object, [])
    const settable = ALL.map(({ path }) => path.join('.'))
    expect(leaves.filter((leaf) => !settable.includes(leaf))).toEqual([
      'auth.oidc',
      'providers',
      'models',
      'auto',
    ])
  })

  it('has a name of its own, which the command line does not use otherwise', () => {
    const names = ALL.flatMap((variable) => variable.names)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/)
    for (const taken of ['CONFIG', 'PEPPER', 'SESSION_SECRET', 'AUDIT_KEY', 'URL', 'API_KEY'])
      expect(names).not.toContain(`CLAVIGER_${taken}`)
  })

  it.each(ALL.flatMap((variable) => variable.names.map((name) => [name, variable] as const)))(
    '%s sets its setting',
    (name, variable) => {
      const { text, value } = sampleOf(variable)
      const before = at(load({}), variable.path)
      const after = at(load({ ...NEEDED[variable.path.join('.')], [name]: text }), variable.path)
      expect(after).toEqual(value)
      expect(after).not.toEqual(before)
    },
  )

  it('stands above the file; an empty one counts as not set', () => {
    const path = join(root, 'port.yaml')
    writeFileSync(path, 'port: 1\nkeys: {label: prefix}')
    expect(loadConfig(path, { CLAVIGER_PORT: '2' })).toMatchObject({ port: 2, keys: { label: 'prefix' } })
    expect(loadConfig(path, { CLAVIGER_PORT: '', PORT: '' }).port).toBe(1)
    expect(loadConfig(path, { CLAVIGER_PORT: '2', PORT: '3' }).port).toBe(2)
    expect(loadConfig(path, { PORT: '3' }).port).toBe(3)
  })

  it.each(['-1', '1.5', '1e3', '0x10', ' 5', '5 ', '1_000', '１２', 'five', '9999999999999'])(
    'of a whole number is not guessed from %j',
    (text) => {
      expect(() => load({ CLAVIGER_PORT: text })).toThrow('CLAVIGER_PORT: must be a whole number')
    },
  )

  it('that no setting has is refused, lest a typing error go unnoticed', () => {
    expect(() => load({ CLAVIGER_KEYS_PREFX: 'x' })).toThrow('CLAVIGER_KEYS_PREFX: there is no such setting')
    expect(load({ CLAVIGER_API_KEY: 'x', CLAVIGER_PEPPER: 'x', SOMETHING_ELSE: 'x' }).port).toBe(8787)
  })

  it('that Kubernetes makes beside a service named claviger changes nothing and refuses nothing', () => {
    const links = {
      CLAVIGER_SERVICE_HOST: '10.0.0.11',
      CLAVIGER_SERVICE_PORT: '8787',
      CLAVIGER_SERVICE_PORT_HTTP: '8787',
      CLAVIGER_PORT: 'tcp://10.0.0.11:8787',
      CLAVIGER_PORT_8787_TCP: 'tcp://10.0.0.11:8787',
      CLAVIGER_PORT_8787_TCP_PROTO: 'tcp',
      CLAVIGER_PORT_8787_TCP_PORT: '8787',
      CLAVIGER_PORT_8787_TCP_ADDR: '10.0.0.11',
    }
    expect(load(links)).toEqual(load({}))
    expect(load({ ...links, PORT: '3' }).port).toBe(3)
  })
})
