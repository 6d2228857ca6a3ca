import { existsSync, readFileSync } from 'node:fs'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import { parse } from 'yaml'
import { type Environment, environmentOverrides } from './environment.ts'
import { type Config, ConfigSchema, managesKeys, type ProviderConfig } from './schema.ts'

export type { AutoRuleConfig, Config, ModelConfig, Permission, ProviderConfig } from './schema.ts'

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
  return Object.freeze({ ...config, dataDir: resolve(config.dataDir) })
}

/** The settings whose parts must fit to each other, which can be said only when each has its right shape. */
const COMPARED = new Set<string | undefined>(['providers', 'models', 'auto', 'trustedProxies', 'keys'])

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
    faults.push(...providerFaults(provider).map((fault) => `providers: "${provider.id}" ${fault}`))
  }
  const models = new Set<string>()
  for (const model of config.models) {
    if (models.has(model.id)) faults.push(`models: "${model.id}" is there twice; give each its own id`)
    if (model.id === 'auto') faults.push('models: "auto" is reserved; set rules under auto instead')
    models.add(model.id)
    if (model.kind === 'chat' && model.prices && model.prices.output === undefined) {
      faults.push(
        `models: "${model.id}" has a price for input alone; give prices.output too ("0" if it is free)`,
      )
    }
    for (const route of model.routes) {
      if (!providers.has(route.provider)) {
        faults.push(`models: "${model.id}" is routed to "${route.provider}", which is not under providers`)
      }
    }
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

/** What would fail at every request to the provider. Values are not repeated: they may be credentials. */
function providerFaults({ kind, baseUrl, apiKey, headers = {} }: ProviderConfig): string[] {
  const faults: string[] = []
  if (kind === 'openai' && !baseUrl) faults.push('needs a baseUrl')
  const url = baseUrl ? URL.parse(baseUrl) : undefined
  if (url === null || url?.search || url?.hash || url?.username || url?.password)
    faults.push(
      'needs a baseUrl without user, password, query and fragment; credentials go to apiKey or headers',
    )
  if (apiKey && !isHeader('authorization', apiKey))
    faults.push('has an apiKey with a character that no header can carry; is there a line break at its end?')
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeader(name, value)) faults.push(`has a header that cannot be sent: ${JSON.stringify(name)}`)
  }
  return faults
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
