import { type Environment, isServiceLink, type Variable, variables } from './environment.ts'
import { type Config, ConfigSchema } from './schema.ts'

export type Origin = 'file' | 'environment' | 'default'

export interface Setting {
  /** With its group, e.g. `log.level`. */
  readonly name: string
  readonly description: string
  /** The value in force, without credentials; null where there is none. */
  readonly value: unknown
  readonly default: unknown
  readonly origin: Origin
  /** The environment variable that sets it; null for lists of entries, which have none. */
  readonly variable: string | null
  readonly masked: boolean
}

export interface SettingGroup {
  /** Empty: the settings that stand alone. */
  readonly name: string
  readonly description: string | null
  readonly settings: readonly Setting[]
}

interface Node {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Node>>
}

const ROOT = ConfigSchema as unknown as Node
const ORIGINS = new WeakMap<object, ReadonlyMap<string, Origin>>()

/**
 * Remembers where the values of a configuration came from.
 *
 * @param file what the file said, before the environment was put over it
 */
export function noteOrigins(config: Config, file: object, env: Environment): void {
  const origins = new Map<string, Origin>()
  for (const { path, names } of allSettings()) {
    // Empty counts as not set, as where it is read.
    const fromEnvironment = names.some((name) => env[name] && !isServiceLink(name, env[name]))
    if (fromEnvironment) origins.set(path.join('.'), 'environment')
    else if (valueAt(file, path) !== undefined) origins.set(path.join('.'), 'file')
  }
  ORIGINS.set(config, origins)
}

/** Every setting with the value in force and where it came from; credentials in values are masked. */
export function describeSettings(config: Config): SettingGroup[] {
  const origins = ORIGINS.get(config)
  const groups = new Map<string, { description: string | null; settings: Setting[] }>()
  for (const { path, names, node } of allSettings()) {
    const group = path.length > 1 ? (path[0] as string) : ''
    const { description, default: fallback } = node as Node
    const value = valueAt(config, path) ?? null
    const shown = mask(value, path.at(-1) as string)
    const setting = {
      name: path.join('.'),
      description: description ?? '',
      value: shown,
      default: fallback ?? null,
      origin: origins?.get(path.join('.')) ?? 'default',
      variable: names[0] ?? null,
      masked: JSON.stringify(shown) !== JSON.stringify(value),
    }
    const known = groups.get(group)
    if (known) known.settings.push(setting)
    else
      groups.set(group, { description: ROOT.properties?.[group]?.description ?? null, settings: [setting] })
  }
  return [...groups].map(([name, group]) => ({ name, ...group }))
}

/** What has a variable, and the lists of entries, which have none; in the order of the schema. */
function allSettings(): Variable[] {
  const known = new Map(variables(ConfigSchema).map((variable) => [variable.path.join('.'), variable]))
  const found: Variable[] = []
  const visit = (node: Node, path: readonly string[]): void => {
    const children = node.properties ? Object.entries(node.properties) : []
    for (const [name, child] of children) visit(child, [...path, name])
    if (!node.properties)
      found.push(known.get(path.join('.')) ?? { path, names: [], node: node as Variable['node'] })
  }
  visit(ROOT, [])
  return found
}

function valueAt(object: object, path: readonly string[]): unknown {
  let value: unknown = object
  for (const part of path) {
    if (!value || typeof value !== 'object') return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

const MASK = '********'
/** Names of settings that are credentials, and of those whose texts may be. */
const CREDENTIAL = /(token|secret|password|apiKey|secretAccessKey|credential)$/i
const HEADERS = 'headers'

/** The value without what opens something: credentials by their names, passwords in addresses, values of headers. */
function mask(value: unknown, name: string): unknown {
  if (typeof value === 'string') return CREDENTIAL.test(name) ? MASK : maskAddress(value)
  if (Array.isArray(value)) return value.map((item) => mask(item, name))
  if (!value || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, name === HEADERS ? MASK : mask(item, key)]),
  )
}

/** A password, and parameters, which drivers take passwords in, too. */
function maskAddress(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  const url = URL.parse(text)
  // What cannot be taken apart may hide anything.
  if (!url) return MASK
  if (!url.password && !url.search) return text
  if (url.password) url.password = MASK
  for (const key of url.searchParams.keys()) url.searchParams.set(key, MASK)
  return url.href
}
