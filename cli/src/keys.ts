import type { ApiKey, NewApiKey } from '@claviger/sdk'
import { connect } from './config.ts'
import { COMMON, credits, Failure, hash, list, oneOf, parse, UsageError } from './flags.ts'
import { amount, print, table, time } from './print.ts'

const OPTIONS = {
  'include-disabled': { type: 'boolean' },
  name: { type: 'string' },
  permissions: { type: 'string' },
  limit: { type: 'string' },
  'limit-reset': { type: 'string' },
  'expires-at': { type: 'string' },
  models: { type: 'string' },
  cidrs: { type: 'string' },
  project: { type: 'string' },
} as const

const RESETS = ['daily', 'weekly', 'monthly'] as const
const USAGE = 'claviger keys list|create <name>|revoke <hash>'

type Given = ReturnType<typeof parse<typeof OPTIONS>>['values']

/** `claviger keys list|create|revoke` */
export async function keys(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, OPTIONS)
  const [, verb, ...words] = positionals
  refuseForeign(verb, values)
  if (verb === 'list' && words.length === 0) return listKeys(values)
  if (verb === 'create' && words.length <= 1) return createKey(words[0], values)
  if (verb === 'revoke' && words.length === 1) return revokeKey(words[0], values)
  throw new UsageError(USAGE)
}

/** An option of another command that is passed over in silence would leave a key without the limit it was to have. */
function refuseForeign(verb: string | undefined, values: Given): void {
  const mine: readonly string[] =
    verb === 'list' ? ['include-disabled'] : verb === 'create' ? Object.keys(OPTIONS).slice(1) : []
  const foreign = Object.keys(values).find((name) => !(name in COMMON) && !mine.includes(name))
  if (foreign) throw new UsageError(`--${foreign} is no option of claviger keys ${verb ?? ''}`.trimEnd())
}

async function listKeys(values: Given): Promise<void> {
  const { claviger } = connect(values)
  const found: ApiKey[] = []
  const query = { include_disabled: values['include-disabled'] ?? false }
  for await (const key of claviger.keys.list(query)) found.push(key)
  print(values.json, found, () =>
    table(
      ['NAME', 'LABEL', 'STATE', 'USAGE', 'LIMIT', 'EXPIRES', 'LAST USED', 'HASH'],
      found.map((key) => [
        key.name,
        key.label,
        key.disabled ? 'disabled' : 'active',
        amount(key.usage),
        limitOf(key),
        time(key.expires_at, 'never'),
        time(key.last_used, 'never'),
        key.hash,
      ]),
    ),
  )
}

function limitOf({ limit, limit_reset: reset }: ApiKey): string {
  return limit === null ? 'none' : `${amount(limit)}${reset ? ` ${reset}` : ''}`
}

async function createKey(word: string | undefined, values: Given): Promise<void> {
  const name = values.name ?? word
  if (!name) throw new UsageError('Name the key: claviger keys create <name>')
  const wanted = wantedOf(name, values)
  const { key, data } = await connect(values).claviger.keys.create(wanted)
  if (key === null) {
    throw new Failure(
      `The key was made, but the answer with its text was lost. Revoke it (claviger keys revoke ${data.hash}) and make another.`,
    )
  }
  print(values.json, { key, ...data }, () => key)
  // Beside the key and not under it, so that a redirected output is the key alone.
  if (!values.json)
    process.stderr.write(`\nThis is the only time the key is shown. Its hash is ${data.hash}.\n`)
}

function wantedOf(name: string, values: Given): NewApiKey {
  const { permissions, limit, models, cidrs, project } = values
  const reset = values['limit-reset']
  const expires = values['expires-at']
  return {
    name,
    // Which permissions there are, the server knows.
    ...(permissions !== undefined && {
      permissions: list(permissions) as NonNullable<NewApiKey['permissions']>,
    }),
    ...(limit !== undefined && { limit: credits(limit, '--limit') }),
    ...(reset !== undefined && { limit_reset: oneOf(reset, RESETS, '--limit-reset') }),
    ...(expires !== undefined && { expires_at: expires }),
    ...(models !== undefined && { allowed_models: list(models) }),
    ...(cidrs !== undefined && { allowed_cidrs: list(cidrs) }),
    ...(project !== undefined && { project_id: project }),
  }
}

async function revokeKey(word: string | undefined, values: Given): Promise<void> {
  const target = hash(word, 'claviger keys revoke <hash>; `claviger keys list` shows the hashes')
  await connect(values).claviger.keys.revoke(target)
  print(
    values.json,
    { hash: target, state: 'revoked' },
    () => `Revoked ${target}; it is refused from the next request`,
  )
}
