import type { Static } from 'typebox'
import { Type } from '../lib/schema.ts'
import { AutoRule, ModelEntry, ProviderEntry } from './catalogue-schema.ts'
import { group, Milliseconds, NAME, Name, Url } from './fields.ts'
import { GATEWAY } from './gateway-schema.ts'
import { OUTBOUND } from './outbound-schema.ts'
import { OUTPUTS } from './outputs-schema.ts'
import { PEOPLE } from './people-schema.ts'
import { TASKS } from './tasks-schema.ts'

export const PERMISSIONS = [
  'inference',
  'usage:read',
  'keys:read',
  'keys:write',
  'keys:verify',
  'credits:write',
] as const
/** Whether a permission lets its holder manage keys; `keys:verify` reads nothing and changes nothing of another key. */
export function managesKeys(permission: (typeof PERMISSIONS)[number]): boolean {
  return permission === 'keys:read' || permission === 'keys:write'
}

export const PermissionName = Type.Enum([...PERMISSIONS])

/** The one schema of the configuration: checks, types, defaults and the reference page all come from it. */
export const ConfigSchema = Type.Object(
  {
    brand: Type.String({
      description: 'Name shown to users and in the authentication challenge',
      pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$',
      default: 'Claviger',
    }),
    host: Type.String({
      description: 'Address to listen on; `0.0.0.0` for all. Environment: `HOST`',
      default: '127.0.0.1',
    }),
    port: Type.Integer({
      description: 'Port to listen on; 0 takes a free one. Environment: `PORT`',
      minimum: 0,
      maximum: 65_535,
      default: 8787,
    }),
    publicUrl: Type.Optional(
      Url('The URL under which clients reach the server, when it is not http://host:port'),
    ),
    environment: Type.String({
      description:
        'Name of the deployment (production, staging …). A key works only in the environment that issued it',
      pattern: NAME,
      default: 'production',
    }),
    dataDir: Type.String({
      description: 'Directory of the embedded database and the generated secrets. Environment: `DATA_DIR`',
      default: './data',
    }),
    databaseUrl: Type.Optional(
      Type.String({
        description:
          'PostgreSQL, e.g. `postgres://user:password@host/claviger`; absent: the embedded SQLite. Environment: `DATABASE_URL`',
        pattern: '^postgres(ql)?://',
      }),
    ),
    databaseConnections: Type.Integer({
      description: 'PostgreSQL connections of this node, at most, besides the one that listens for changes',
      minimum: 2,
      maximum: 1000,
      default: 10,
    }),
    trustedProxies: Type.Array(Type.String({ pattern: '^[0-9a-fA-F:.]+(/\\d{1,3})?$' }), {
      description:
        'Addresses or CIDR blocks of the proxies in front, whose `X-Forwarded-For` is believed. Never `0.0.0.0/0`',
      default: [],
      maxItems: 100,
    }),
    log: group('Log lines (JSON) on standard error', {
      level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
        default: 'info',
        description: 'The least severe level that is written',
      }),
      requests: Type.Enum(['all', 'errors', 'none'], {
        default: 'errors',
        description:
          'Which requests get a line of their own; every model request has its usage row in any case',
      }),
    }),
    metrics: group('Prometheus metrics at `/metrics`', {
      token: Type.Optional(
        Type.String({
          minLength: 16,
          description:
            'Bearer token that `/metrics` asks for. Without a token it answers on `metrics.port` only',
        }),
      ),
      port: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 65_535,
          description: 'A port of its own for `/metrics`, on `metrics.host`, without a token',
        }),
      ),
      host: Type.String({ default: '127.0.0.1', description: 'Address of that port' }),
    }),
    keys: group('API keys', {
      prefix: Type.String({
        pattern: '^[a-z][a-z0-9]{1,15}$',
        default: 'cvg',
        description: 'Text before the underscore of every key',
      }),
      otherPrefixes: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9]{1,15}$' }), {
        default: [],
        maxItems: 20,
        description: 'Prefixes that are accepted besides, e.g. the one before a change of name',
      }),
      label: Type.Enum(['masked', 'prefix'], {
        default: 'masked',
        description:
          'What lists show of a key: `masked` prefix, first and last four; `prefix` the prefix only',
      }),
      manageByKey: Type.Boolean({
        default: true,
        description: 'Whether keys may hold `keys:read` and `keys:write` and so manage keys',
      }),
      defaultPermissions: Type.Array(PermissionName, {
        default: ['inference', 'usage:read'],
        description: 'Permissions of a new key that asks for none',
      }),
      xApiKeyHeader: Type.Boolean({
        default: false,
        description: 'Accept the key in `x-api-key` when there is no `Authorization` header',
      }),
    }),
    surfaces: group('Which doors are open', {
      v1: Type.Boolean({ default: true, description: 'The OpenAI API under `/v1`' }),
      apiV1: Type.Boolean({
        default: true,
        description: '`/api/v1`: key management and the OpenAI API once more',
      }),
      chatCompletions: Type.Boolean({ default: true, description: '`/chat/completions`' }),
      embeddings: Type.Boolean({ default: true, description: '`/embeddings`' }),
      usage: Type.Boolean({ default: true, description: '`/v1/usage` and `/v1/usage/summary`' }),
      generate: Type.Boolean({ default: true, description: '`/v1/generate` and `/v1/tasks`' }),
      publicModels: Type.Boolean({
        default: false,
        description: 'Answer `GET /api/v1/models` without a key',
      }),
      docs: Type.Boolean({ default: true, description: '`/docs`, `/openapi.json` and `/llms.txt`' }),
    }),
    responses: group('POST /v1/responses', {
      streamByDefault: Type.Boolean({
        default: false,
        description:
          'Stream when the request has no `stream` field, unless it asks for `Accept: application/json`',
      }),
    }),
    credits: group('How amounts are shown', {
      symbol: Type.String({ maxLength: 4, default: '$', description: 'Put before amounts in `/v1/usage`' }),
      asText: Type.Boolean({
        default: false,
        description: 'Amounts of `GET /api/v1/credits` as text, as EUrouter has them; else numbers',
      }),
    }),
    usage: group('Usage rows: one for every model request', {
      retentionDays: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 36_500,
          description:
            'After how many days rows are removed, by whole UTC days; absent: never. Sums by day and key stay, and so does what limits and balances have counted',
        }),
      ),
    }),
    plans: group('Plans: sets of quotas and rights that organisations and users have', {
      default: Type.Optional(
        Name(
          'Id of the plan of everyone who has none of his own; absent: no plan, and so no limit of a plan',
        ),
      ),
    }),
    balance: group('Prepaid credits', {
      of: Type.Enum(['none', 'organization', 'user'], {
        default: 'none',
        description:
          'Who has a balance that requests are paid from. With one, nothing is served beyond what was granted',
      }),
      minimum: Type.String({
        pattern: '^\\d{1,9}(\\.\\d{1,9})?$',
        default: '0',
        description: 'Credits that must be left for a request to be looked at, as a decimal in quotes',
      }),
    }),
    http: group('Limits of the HTTP server', {
      bodyBytes: Type.Integer({
        minimum: 1024,
        maximum: 1_073_741_824,
        default: 33_554_432,
        description: 'Largest body of a model request',
      }),
      requestTimeoutMs: Milliseconds('Time for a request to arrive whole', 60_000),
      headersTimeoutMs: Milliseconds('Time for its headers', 15_000),
      keepAliveTimeoutMs: Milliseconds('How long an idle connection is kept', 72_000),
      drainMs: Milliseconds('After SIGTERM, how long running requests may take to end', 30_000),
    }),
    outputs: OUTPUTS,
    ...PEOPLE,
    ...OUTBOUND,
    ...TASKS,
    gateway: GATEWAY,
    providers: Type.Array(ProviderEntry, {
      default: [],
      maxItems: 1000,
      description: 'Where models are served',
    }),
    models: Type.Array(ModelEntry, {
      default: [],
      maxItems: 10_000,
      description: 'What clients may ask for. Without any, the sandbox’s own are served',
    }),
    auto: Type.Array(AutoRule, {
      default: [],
      maxItems: 100,
      description:
        'Rules for the model `auto`: the first that applies decides; without any, the first chat model is taken',
    }),
  },
  { additionalProperties: false },
)

export type Config = Readonly<Static<typeof ConfigSchema>>
export type Permission = (typeof PERMISSIONS)[number]
