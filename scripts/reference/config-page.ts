import { variables } from '../../server/src/config/environment.ts'
import { ConfigSchema } from '../../server/src/config/schema.ts'
import { code, prose, section, table } from './markdown.ts'

export interface SettingNode {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SettingNode>>
  readonly required?: readonly string[]
  readonly items?: SettingNode
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

const ROOT = ConfigSchema as unknown as SettingNode

/** Values for settings that have no default; the ones left out of the schema's default would not show how they look. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  publicUrl: 'https://ai.example.com',
  'usage.retentionDays': 400,
  'outbound.resolver': '127.0.0.53',
  'tasks.retentionDays': 400,
  'outputs.directory': '/srv/claviger/outputs',
  'outputs.s3.endpoint': 'https://s3.eu-central-1.amazonaws.com',
  'outputs.s3.bucket': 'claviger-outputs',
  'outputs.s3.accessKeyId': '${S3_ACCESS_KEY_ID}',
  'outputs.s3.secretAccessKey': '${S3_SECRET_ACCESS_KEY}',
  'outputs.retentionDays': 90,
  databaseUrl: 'postgres://claviger:password@db.example.com/claviger',
  'metrics.token': '${METRICS_TOKEN}',
  'metrics.port': 9464,
  'plans.default': 'free',
  'auth.requireEmailVerification': true,
  'auth.oidc': [
    {
      id: 'keycloak',
      name: 'Company account',
      issuer: 'https://sso.example.com/realms/company',
      clientId: 'claviger',
      clientSecret: '${OIDC_CLIENT_SECRET}',
      scopes: ['openid', 'profile', 'email'],
      trustEmail: false,
      organizations: [{ claim: 'groups', value: '/research', organization: 'research', role: 'member' }],
      plans: [{ claim: 'groups', value: '/premium', plan: 'pro' }],
    },
  ],
  'smtp.host': 'mail.example.com',
  'smtp.user': 'claviger',
  'smtp.password': '${SMTP_PASSWORD}',
  'smtp.from': 'Claviger <claviger@example.com>',
  providers: [
    {
      id: 'mistral',
      kind: 'openai',
      baseUrl: 'https://api.mistral.ai/v1',
      apiKey: '${MISTRAL_API_KEY}',
      headers: { 'x-client': 'claviger' },
      supports: { responses: false, streamOptions: true, maxCompletionTokens: false },
      connections: 256,
      connectTimeoutMs: 3000,
      headersTimeoutMs: 120_000,
      idleTimeoutMs: 60_000,
      images: {
        responseFormat: 'b64_json',
        negativePrompt: false,
        several: true,
        sizes: { '16:9': '1536x1024', '1:1': '1024x1024' },
      },
      speech: { voice: 'alloy', format: 'mp3' },
    },
    {
      id: 'studio',
      kind: 'http',
      baseUrl: 'https://studio.example.com/api',
      apiKey: '${STUDIO_API_KEY}',
      http: {
        submit: {
          path: '/jobs',
          headers: { 'idempotency-key': '{idempotencyKey}' },
          body: { model: '{model}', prompt: '{prompt}', count: '{outputs}' },
        },
        id: '/job/id',
        poll: { path: '/jobs/{id}', everyMs: 2000 },
        status: '/job/state',
        states: { succeeded: ['done'], failed: ['broken'], refused: ['flagged'] },
        result: '/jobs/{id}/result',
        outputs: '/pictures/*/url',
        encoding: 'url',
        outputHosts: ['*.cdn.example.com'],
        error: '/job/reason',
        refusals: ['nsfw'],
        credential: { header: 'authorization', prefix: 'Bearer ' },
        test: '/account',
      },
    },
    {
      id: 'films',
      kind: 'http',
      baseUrl: 'https://films.example.com/v1',
      http: {
        submit: {
          path: '/videos',
          body: { model: '{model}', prompt: '{prompt}', seconds: '{durationSeconds}' },
        },
        id: '/id',
        poll: { path: '/videos/{id}' },
        status: '/status',
        content: '/videos/{id}/content',
      },
    },
    { id: 'sandbox', kind: 'sandbox' },
  ],
  models: [
    {
      id: 'mistral-large',
      kind: 'chat',
      name: 'Mistral Large',
      description: 'For demanding tasks',
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      vision: true,
      prices: { input: '2.00', output: '6.00', cachedInput: '0.20' },
      routes: [{ provider: 'mistral', model: 'mistral-large-latest' }, { provider: 'sandbox' }],
    },
    {
      id: 'mistral-embed',
      kind: 'embedding',
      contextWindow: 8192,
      prices: { input: '0.10' },
      routes: [{ provider: 'mistral' }],
    },
    {
      id: 'studio-draw',
      kind: 'image',
      generation: {
        prices: { per: 'output', credits: '0.02', byResolution: { '2k': '0.05' } },
        maxOutputs: 4,
        aspectRatios: ['1:1', '16:9'],
        resolutions: ['1k', '2k'],
        editing: true,
        timeoutMs: 600_000,
      },
      routes: [{ provider: 'studio', model: 'draw-2' }],
    },
    {
      id: 'film',
      kind: 'video',
      generation: {
        prices: { per: 'second', credits: '0.08' },
        durations: { min: 4, max: 12, default: 8 },
      },
      routes: [{ provider: 'films' }],
    },
  ],
  auto: [{ model: 'mistral-large', minInputBytes: 2000, images: false, tools: false }],
}

const SECRETS = [
  [
    'CLAVIGER_PEPPER',
    'Keys are stored as digests under it. Newest first when there are several, divided by commas; in place of an old one that no live secret needs (`claviger doctor` counts them) write `-`. A database knows its pepper and refuses another',
  ],
  [
    'CLAVIGER_SESSION_SECRET',
    'Signs the sessions of the dashboard, the links to files and those of invitations, and encrypts second factors. With another one everybody is signed out, and who has a second factor must set it up again',
  ],
  [
    'CLAVIGER_AUDIT_KEY',
    'Chains the audit log. With another one `claviger audit verify` takes every older row for changed',
  ],
  [
    'CLAVIGER_SEALING_KEY',
    'Encrypts the credentials of providers that administrators add in the dashboard, and the secrets of webhooks; without it none can be made. Several as with the pepper: what is new is encrypted under the newest, and an old one may be dropped when `claviger doctor` counts none under it. A database knows its sealing key and refuses another',
  ],
] as const

/** The page of all settings, from the schema that the server itself checks with. */
export function configPage(): string {
  const names = environmentNames()
  return [
    '# Configuration',
    'Written by `npm run generate` from `server/src/config/schema.ts`.',
    'Settings come from a YAML file, and over it from the environment. The file is the one named by `--config`, else by `CLAVIGER_CONFIG`, else `./claviger.yaml` when there is one; without any file the defaults hold. `${NAME}` inside a text is replaced by the environment variable of that name, so that a credential need not stand in the file. A setting or variable that does not exist is a fault, and a server with a fault does not start: it prints all of them, each with what to do. `claviger doctor` checks without starting.',
    'In a variable a list is written with commas, and a switch as `true` or `false`. Lists of entries (`providers`, `models`, `auto`) have no variable.',
    ...settings(ROOT, '', names, 2, 'Settings'),
    section(2, 'Secrets'),
    'Four secrets come from the environment only, at least 32 random characters each (`openssl rand -hex 32`). With the embedded database the first start makes them and keeps them in `secrets.json` in the data directory (mode 0600): back it up, since without the pepper no key can be checked. With `databaseUrl` they must be set, the same on every node; the sealing key alone may be absent.',
    table(
      ['Variable', 'Use'],
      SECRETS.map(([name, use]) => [code(name), use]),
    ),
    'Which of them can be changed, and how: [the secrets of the server](../guides/secrets.md).',
    section(2, 'First administrator'),
    'Read at a start at which nobody can administer the server yet. Without them the start prints a link.',
    table(
      ['Variable', 'Use'],
      [
        [code('CLAVIGER_ADMIN_EMAIL'), 'The address under which the first administrator signs in'],
        [code('CLAVIGER_ADMIN_PASSWORD'), 'The password, 12 to 128 characters. Set both, or neither'],
      ],
    ),
    section(2, 'Command line'),
    'Read by `claviger keys`, `claviger usage` and `claviger chat`, not by the server.',
    table(
      ['Variable', 'Use'],
      [
        [code('CLAVIGER_URL'), 'The server, `http://127.0.0.1:8787` if absent. Option: `--url`'],
        [code('CLAVIGER_API_KEY'), 'The API key. Option: `--key-file <file>`'],
      ],
    ),
    section(2, 'A complete file'),
    'Every setting with its default, or with an example where it has none. A file needs only what differs.',
    `\`\`\`yaml\n${exampleFile()}\`\`\``,
  ]
    .join('\n\n')
    .concat('\n')
}

/** A table of the plain settings, then a section for each group and each list of entries. */
function settings(
  node: SettingNode,
  prefix: string,
  names: ReadonlyMap<string, readonly string[]>,
  level: 2 | 3,
  title: string,
): string[] {
  const children = Object.entries(node.properties ?? {})
  const groups = children.filter(([, child]) => entriesOf(child) !== undefined)
  const plain = children.filter(([, child]) => entriesOf(child) === undefined)
  const rows = plain.map(([name, child]) => {
    const path = prefix + name
    const variables = (names.get(path) ?? []).map(code).join(', ')
    const fallback = defaultOf(child, node.required?.includes(name) ?? false)
    return [code(path), variables, valuesOf(child), fallback, prose(child.description ?? '')]
  })
  const hasVariables = rows.some(([, variables]) => variables !== '')
  const drop = <T>(cells: readonly T[]) => (hasVariables ? cells : cells.filter((_, index) => index !== 1))
  const header = drop(['Setting', 'Environment', 'Values', 'Default', 'Description'])
  return [
    section(level, title),
    ...(prefix && node.description ? [`${node.description}.`] : []),
    ...(rows.length > 0 ? [table(header, rows.map(drop))] : []),
    ...groups.flatMap(([name, child]) => {
      const list = child.type === 'array'
      const inner = { ...entriesOf(child), ...(child.description && { description: child.description }) }
      return settings(inner, `${prefix}${name}${list ? '[]' : ''}.`, names, 3, code(prefix + name))
    }),
  ]
}

/** What a group or a list of entries holds; undefined for a plain setting. */
function entriesOf(node: SettingNode): SettingNode | undefined {
  if (node.properties) return node
  return node.items?.properties ? node.items : undefined
}

function environmentNames(): Map<string, readonly string[]> {
  return new Map(variables(ConfigSchema).map(({ path, names }) => [path.join('.'), names]))
}

function defaultOf(node: SettingNode, required: boolean): string {
  if (node.default === undefined) return required ? '**required**' : ''
  return code(Array.isArray(node.default) && node.default.length === 0 ? '[]' : yamlScalar(node.default))
}

function valuesOf(node: SettingNode): string {
  if (node.enum) return node.enum.map((value) => code(String(value))).join(', ')
  if (node.type === 'array') return `list of: ${node.items ? valuesOf(node.items) : 'anything'}`
  if (node.type === 'integer') return `whole number${range(node.minimum, node.maximum)}`
  if (node.type === 'boolean') return '`true`, `false`'
  if (node.type === 'object') return 'names and texts'
  if (node.pattern) return `text like ${code(node.pattern)}`
  return `text${range(node.minLength, node.maxLength, ' characters')}`
}

function range(least: number | undefined, most: number | undefined, unit = ''): string {
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`
  if (least !== undefined) return `, at least ${least}${unit}`
  return most === undefined ? '' : `, at most ${most}${unit}`
}

/** A file with every setting there is. */
export function exampleFile(): string {
  return exampleLines(ROOT, '', '').join('\n').trimStart().concat('\n')
}

function exampleLines(node: SettingNode, prefix: string, indent: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix + name
    const comment = child.description ? [`${indent}# ${child.description}`] : []
    const gap = indent === '' ? [''] : []
    if (child.properties) {
      return [...gap, ...comment, `${indent}${name}:`, ...exampleLines(child, `${path}.`, `${indent}  `)]
    }
    const value = path in EXAMPLES ? EXAMPLES[path] : child.default
    if (value === undefined) throw new Error(`scripts/reference/config-page.ts: ${path} needs an example`)
    return [...gap, ...comment, ...yamlLines(name, value, indent)]
  })
}

function yamlLines(name: string, value: unknown, indent: string): string[] {
  if (!isEntries(value)) return [`${indent}${name}: ${yamlScalar(value)}`]
  return [
    `${indent}${name}:`,
    ...value.flatMap((entry) => {
      const lines = Object.entries(entry).map(([key, item]) => `${key}: ${yamlScalar(item)}`)
      return lines.map((line, index) => `${indent}  ${index === 0 ? '- ' : '  '}${line}`)
    }),
  ]
}

function isEntries(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'object'
}

/** YAML's flow style; texts that could be read as something else are quoted. */
function yamlScalar(value: unknown): string {
  if (typeof value === 'string') return /^[A-Za-z][A-Za-z0-9_/-]*$/.test(value) ? value : `'${value}'`
  if (Array.isArray(value)) return `[${value.map(yamlScalar).join(', ')}]`
  if (value !== null && typeof value === 'object') {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${yamlScalar(item)}`)
      .join(', ')} }`
  }
  return String(value)
}
