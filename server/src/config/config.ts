import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import { parse } from 'yaml'
import { isGenerationKind, modelFaults, providerFaults } from './entries.ts'
import { type Environment, environmentOverrides } from './environment.ts'
import { type Config, ConfigSchema, managesKeys } from './schema.ts'
import { noteOrigins } from './settings.ts'

export type { AutoRuleConfig, ModelConfig, ProviderConfig } from './catalogue-schema.ts'
export { GENERATION_KINDS } from './catalogue-schema.ts'
export type { GenerationConfig } from './generation-schema.ts'
export type { HttpConfig } from './http-provider-schema.ts'
export type { OidcConfig } from './people-schema.ts'
export type { Config, Permission } from './schema.ts'

/** Every fault of the configuration, one line each, saying what to do. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/**
 * Reads the configuration: the YAML file (the one named, else `CLAVIGER_CONFIG`, else `./claviger.yaml` when there is
 * one), then the environment over it.
 *
 * @throws ConfigError with all faults together
 */
export function loadConfig(file: string | undefined, env: Environment): Config {
  const faults: string[] = []
  const settings = readFile(file ?? env.CLAVIGER_CONFIG, env, faults)
  const inFile = structuredClone(settings)
  environmentOverrides(ConfigSchema, env, settings, faults)
  const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, verbose: true })
  ajv.validate(ConfigSchema, settings)
  const misshapen = ajv.errors ?? []
  faults.push(...misshapen.map(describeFault))
  const config = settings as Config
  if (!misshapen.some(({ instancePath }) => COMPARED.has(instancePath.split('/')[1]))) {
    faults.push(...crossFaults(config))
  }
  if (faults.length > 0) throw new ConfigError(faults)
  const frozen = Object.freeze({ ...config, dataDir: resolve(config.dataDir) })
  noteOrigins(frozen, inFile, env)
  return frozen
}

/** The settings whose parts must fit to each other, which can be said only when each has its right shape. */
const COMPARED = new Set<string | undefined>([
  'providers',
  'models',
  'auto',
  'trustedProxies',
  'outbound',
  'keys',
  'auth',
  'smtp',
  'publicUrl',
  'outputs',
])

function readFile(named: string | undefined, env: Environment, faults: string[]): Record<string, unknown> {
  const path = named ?? './claviger.yaml'
  if (!existsSync(path)) {
    if (named)
      faults.push(`${path}: there is no such file; name one that exists with --config or CLAVIGER_CONFIG`)
    return {}
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    faults.push(`${path}: cannot be read (${(error as Error).message}); name a file that can`)
    return {}
  }
  try {
    const parsed: unknown = parse(text) ?? {}
    if (typeof parsed !== 'object' || Array.isArray(parsed)) {
      faults.push(`${path}: the file must be a mapping of settings`)
      return {}
    }
    return interpolate(parsed, env, path, faults) as Record<string, unknown>
  } catch (error) {
    faults.push(`${path}: not valid YAML: ${(error as Error).message.split('\n')[0]}`)
    return {}
  }
}

/** Puts the environment's value in the place of `${NAME}`, so that a credential need not stand in the file. */
function interpolate(value: unknown, env: Environment, path: string, faults: string[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = env[name]
      if (found === undefined) faults.push(`${path}: \${${name}} is used, but the environment has no ${name}`)
      return found ?? ''
    })
  }
  if (Array.isArray(value)) return value.map((item) => interpolate(item, env, path, faults))
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, interpolate(item, env, path, faults)]),
    )
  }
  return value
}

function describeFault(fault: ErrorObject): string {
  const place = fault.instancePath.slice(1).replaceAll('/', '.') || 'the file'
  if (fault.keyword === 'additionalProperties') {
    return `${place}: there is no setting "${fault.params.additionalProperty}"; see docs/reference/config.md for the names`
  }
  if (fault.keyword === 'enum') return `${place}: must be one of ${fault.params.allowedValues.join(', ')}`
  if (fault.keyword === 'pattern') {
    const { description } = fault.parentSchema as { description?: string }
    return `${place}: ${fault.message}${description ? ` (${description})` : ''}`
  }
  return `${place}: ${fault.message}`
}

function crossFaults(config: Config): string[] {
  const faults: string[] = []
  const providers = new Set<string>()
  for (const provider of config.providers) {
    if (providers.has(provider.id))
      faults.push(`providers: "${provider.id}" is there twice; give each its own id`)
    providers.add(provider.id)
    faults.push(...providerFaults(provider).map(({ fault }) => `providers: "${provider.id}" ${fault}`))
  }
  const models = new Set<string>()
  for (const model of config.models) {
    if (models.has(model.id)) faults.push(`models: "${model.id}" is there twice; give each its own id`)
    models.add(model.id)
    faults.push(...modelFaults(model, providers).map(({ fault }) => `models: "${model.id}" ${fault}`))
    const wordless = config.providers.find(
      ({ id, kind }) => kind === 'http' && model.routes.some(({ provider }) => provider === id),
    )
    if (wordless && !isGenerationKind(model.kind))
      faults.push(
        `models: "${model.id}" is routed to "${wordless.id}", which is of the kind http and makes files only`,
      )
  }
  for (const rule of config.auto) {
    if (!models.has(rule.model)) faults.push(`auto: "${rule.model}" is not under models`)
  }
  for (const block of config.trustedProxies) {
    const [address = '', bits] = block.split('/')
    const most = { 4: 32, 6: 128 }[isIP(address)]
    if (most === undefined || Number(bits ?? 1) > most)
      faults.push(`trustedProxies: ${block} is neither an address nor a CIDR block`)
    else if (Number(bits ?? 1) === 0)
      faults.push(`trustedProxies: ${block} trusts everybody; name the addresses of your proxies`)
  }
  faults.push(...outboundFaults(config), ...outputFaults(config), ...signInFaults(config))
  if (config.keys.defaultPermissions.includes('credits:write')) {
    faults.push('keys.defaultPermissions: credits:write is given by `claviger admin keys create` only')
  }
  if (!config.keys.manageByKey && config.keys.defaultPermissions.some(managesKeys)) {
    faults.push(
      'keys.defaultPermissions: keys:read and keys:write cannot be granted while keys.manageByKey is false',
    )
  }
  return faults
}

function outboundFaults({ outbound: { allowCidrs } }: Config): string[] {
  const faults: string[] = []
  for (const block of allowCidrs) {
    const [address = '', bits] = block.split('/')
    if (Number(bits) > ({ 4: 32, 6: 128 }[isIP(address)] ?? -1))
      faults.push(`outbound.allowCidrs: ${block} is not a CIDR block, e.g. 10.1.0.0/16`)
    else if (Number(bits) === 0)
      faults.push(`outbound.allowCidrs: ${block} opens every address; name the blocks of your own network`)
  }
  return faults
}

function outputFaults({ outputs: { storage, s3 } }: Config): string[] {
  if (storage !== 's3') return []
  const needed = ['endpoint', 'bucket', 'accessKeyId', 'secretAccessKey'] as const
  return needed.filter((name) => !s3[name]).map((name) => `outputs.s3.${name}: is needed by the storage s3`)
}

function signInFaults({ auth, publicUrl }: Config): string[] {
  const faults: string[] = []
  const providers = new Set<string>()
  for (const { id } of auth.oidc) {
    if (providers.has(id)) faults.push(`auth.oidc: "${id}" is there twice; give each its own id`)
    providers.add(id)
  }
  const url = publicUrl ? URL.parse(publicUrl) : undefined
  if (url === null || url?.search || url?.hash || url?.username || (url && url.pathname !== '/'))
    faults.push('publicUrl: must be scheme, host and port alone, e.g. https://claviger.example.com')
  return faults
}
