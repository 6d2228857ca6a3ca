import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { seal, unseal } from '../providers/sealing.ts'
import type { EndpointRow } from './endpoints.store.ts'
import { makeWebhookSecret } from './signature.ts'

const HOUR_MS = 3_600_000

type Sealed = Pick<EndpointRow, 'sealed' | 'sealed_at' | 'former_sealed' | 'former_until'>

/** A new secret: its text, to be shown once, and its columns. @throws AppError `invalid_request` without a sealing key */
export function firstSecret(
  deps: Pick<Deps, 'secrets' | 'now'>,
  id: string,
): { secret: string; columns: Sealed } {
  const secret = makeWebhookSecret()
  const sealed = seal(deps.secrets, secret, placeOf(id))
  return { secret, columns: { sealed, sealed_at: deps.now(), former_sealed: null, former_until: null } }
}

/**
 * The same beside the one before, which signs on for so many hours. Two sign at most, so while one before signs on there
 * is no third; without an overlap the new one is alone at once.
 *
 * @throws AppError `invalid_request` (409) while the one before still signs, and without a sealing key
 */
export function nextSecret(
  deps: Pick<Deps, 'secrets' | 'now'>,
  row: EndpointRow,
  overlapHours: number,
): { secret: string; columns: Sealed } {
  if (overlapHours > 0 && row.former_until !== null && deps.now() < row.former_until) {
    throw new AppError('invalid_request', {
      status: 409,
      message: `The secret before signs until ${new Date(row.former_until).toISOString()}; rotate after that, or with overlap_hours 0, which ends all secrets but the new one at once`,
      param: 'overlap_hours',
    })
  }
  const { secret, columns } = firstSecret(deps, row.id)
  if (row.sealed === null || overlapHours === 0) return { secret, columns }
  const former = { former_sealed: row.sealed, former_until: deps.now() + overlapHours * HOUR_MS }
  return { secret, columns: { ...columns, ...former } }
}

/**
 * The secrets that sign at present, newest first.
 *
 * @throws AppError `internal_error` when the newest cannot be opened: nothing is sent unsigned for want of a sealing key
 */
export function currentSecrets(
  { secrets, now }: Pick<Deps, 'secrets' | 'now'>,
  row: EndpointRow | undefined,
): string[] {
  if (!row || row.sealed === null) return []
  const newest = unseal(secrets, row.sealed, placeOf(row.id))
  if (newest === undefined)
    throw new AppError('internal_error', { cause: 'a webhook secret cannot be opened' })
  const isOpen = row.former_sealed !== null && row.former_until !== null && now() < row.former_until
  const former = isOpen ? unseal(secrets, row.former_sealed as string, placeOf(row.id)) : undefined
  return former === undefined ? [newest] : [newest, former]
}

function placeOf(id: string) {
  return { providerId: 'webhook', credentialId: id }
}
