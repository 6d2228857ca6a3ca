import type { TSchema } from 'typebox'

export type Environment = Readonly<Record<string, string | undefined>>

/** The process's environment; read here and nowhere else. */
export const ENVIRONMENT: Environment = process.env

/** The settings that have a customary name besides their own. */
const CUSTOMARY: Readonly<Record<string, string>> = {
  host: 'HOST',
  port: 'PORT',
  dataDir: 'DATA_DIR',
  databaseUrl: 'DATABASE_URL',
}

/** Read elsewhere: the file's place, the secrets, the first administrator, and the settings of the command line. */
const OTHERS = new Set([
  'CLAVIGER_CONFIG',
  'CLAVIGER_PEPPER',
  'CLAVIGER_SESSION_SECRET',
  'CLAVIGER_AUDIT_KEY',
  'CLAVIGER_SEALING_KEY',
  'CLAVIGER_ADMIN_EMAIL',
  'CLAVIGER_ADMIN_PASSWORD',
  'CLAVIGER_URL',
  'CLAVIGER_API_KEY',
])

/** What Kubernetes puts into every pod beside a service named claviger (service links), which is no setting of ours. */
export function isServiceLink(name: string, value: string | undefined): boolean {
  return name === 'CLAVIGER_PORT'
    ? /^(tcp|udp|sctp):\/\//.test(value ?? '')
    : /^CLAVIGER_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/.test(name)
}

interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly enum?: readonly unknown[]
}

export interface Variable {
  readonly path: readonly string[]
  readonly names: readonly string[]
  readonly node: SchemaNode
}

/** The environment variables of every setting that fits into one: scalars, and lists of scalars divided by commas. */
export function variables(schema: TSchema): Variable[] {
  const found: Variable[] = []
  const visit = (node: SchemaNode, path: readonly string[]): void => {
    if (node.properties) {
      for (const [name, child] of Object.entries(node.properties)) visit(child, [...path, name])
    } else if (node.type !== 'array' || !node.items?.properties) {
      const own = `CLAVIGER_${path.map((part) => part.replace(/([A-Z])/g, '_$1').toUpperCase()).join('_')}`
      const customary = CUSTOMARY[path.join('.')]
      found.push({ path, names: customary ? [own, customary] : [own], node })
    }
  }
  visit(schema as SchemaNode, [])
  return found
}

/** Puts what the environment says over `settings`, in place; a name that no setting has is a fault. */
export function environmentOverrides(
  schema: TSchema,
  given: Environment,
  settings: Record<string, unknown>,
  faults: string[],
): void {
  const env = Object.fromEntries(Object.entries(given).filter(([name, value]) => !isServiceLink(name, value)))
  const known = new Set(OTHERS)
  for (const { path, names, node } of variables(schema)) {
    for (const name of names) known.add(name)
    const name = names.find((candidate) => env[candidate] !== undefined && env[candidate] !== '')
    if (name) place(settings, path, read(String(env[name]), node, name, faults))
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('CLAVIGER_') && !known.has(name)) {
      faults.push(`${name}: there is no such setting; see docs/reference/config.md for the names`)
    }
  }
}

function read(text: string, node: SchemaNode, name: string, faults: string[]): unknown {
  if (node.type === 'array')
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => (node.items ? read(part, node.items, name, faults) : part))
  if (node.type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true'
    faults.push(`${name}: must be true or false`)
    return undefined
  }
  if (node.type === 'integer') {
    if (/^\d{1,12}$/.test(text)) return Number(text)
    faults.push(`${name}: must be a whole number`)
    return undefined
  }
  return text
}

function place(settings: Record<string, unknown>, path: readonly string[], value: unknown): void {
  if (value === undefined) return
  let target = settings
  for (const part of path.slice(0, -1)) {
    const next = target[part]
    const child = next && typeof next === 'object' ? (next as Record<string, unknown>) : {}
    target[part] = child
    target = child
  }
  target[path[path.length - 1] as string] = value
}
