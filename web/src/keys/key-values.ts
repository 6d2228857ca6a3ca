import { ApiError } from '../api.ts'
import type { ApiKey, Permission } from './key-api.ts'
import type { KeyValues } from './key-fields.tsx'

const DAY_MS = 86_400_000

/** The fields of the form in the words of the API. */
export function policyOf(values: KeyValues) {
  const limit = values.limit === '' ? null : Number(values.limit)
  const reset = limit === null || values.reset === 'never' ? null : values.reset
  return {
    name: values.name.trim(),
    project_id: values.project,
    limit,
    limit_reset: reset as 'daily' | 'weekly' | 'monthly' | null,
    expires_at: expiryOf(values),
    permissions: values.permissions as Permission[],
    allowed_models: values.models.length > 0 ? values.models : null,
    allowed_cidrs: values.addresses.length > 0 ? values.addresses : null,
  }
}

/** The end of the last day, where the reader is. */
function expiryOf({ expiry, date }: KeyValues): string | null {
  if (expiry === 'never') return null
  if (expiry !== 'date') return new Date(Date.now() + Number(expiry) * DAY_MS).toISOString()
  return new Date(`${date}T23:59:59`).toISOString()
}

export function valuesOf(key: ApiKey): KeyValues {
  return {
    name: key.name,
    project: key.project?.id ?? null,
    limit: key.limit === null ? '' : Number(key.limit),
    reset: key.limit === null ? 'monthly' : (key.limit_reset ?? 'never'),
    expiry: key.expires_at ? 'date' : 'never',
    date: key.expires_at ? localDay(key.expires_at) : '',
    permissions: key.permissions,
    models: key.allowed_models ?? [],
    addresses: key.allowed_cidrs ?? [],
  }
}

/** 2027-01-31, as a date field takes it. */
function localDay(at: string): string {
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

/** The form's names of the API's fields, and what people call them. */
const FIELDS: Record<string, { field: keyof KeyValues; called: string }> = {
  name: { field: 'name', called: 'The name' },
  project_id: { field: 'project', called: 'The project' },
  limit: { field: 'limit', called: 'The limit' },
  limit_reset: { field: 'reset', called: 'The period' },
  expires_at: { field: 'expiry', called: 'The expiry' },
  permissions: { field: 'permissions', called: 'The permissions' },
  allowed_models: { field: 'models', called: 'The models' },
  allowed_cidrs: { field: 'addresses', called: 'This list' },
}

/** The server's error at the form's field, in the form's words. A fault in a list names its place: `allowed_cidrs.0`. */
export function atItsField(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.param === undefined) return error
  const known = FIELDS[error.param.split('.', 1)[0] ?? '']
  if (!known) return error
  const text = error.message.startsWith(error.param)
    ? known.called + error.message.slice(error.param.length)
    : error.message
  return new ApiError(text, { ...error, param: known.field })
}
