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

const FIELDS: Record<string, keyof KeyValues> = {
  project_id: 'project',
  limit_reset: 'reset',
  expires_at: 'expiry',
  allowed_models: 'models',
  allowed_cidrs: 'addresses',
}

/** The server's error with the form's name of the field. */
export function atItsField(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.param === undefined) return error
  return new ApiError(error.message, { ...error, param: FIELDS[error.param] ?? error.param })
}
