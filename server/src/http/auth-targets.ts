import { AppError } from '../errors.ts'
import type { Fields } from './auth-proofs.ts'
import { isOwnTarget } from './origin.ts'

/** Fields of queries and bodies that say where a browser is sent to. */
const TARGETS = [
  'callbackURL',
  'errorCallbackURL',
  'newUserCallbackURL',
  'redirectTo',
  'redirectURL',
  'postLogoutRedirectURI',
]

/** Refuses to send a browser elsewhere. @throws AppError `invalid_request` naming the field */
export function checkTargets(fields: Fields, origins: readonly string[]): void {
  for (const name of TARGETS) {
    const target = fields[name]
    if (target === undefined || target === null) continue
    if (typeof target === 'string' && isOwnTarget(target, origins)) continue
    throw new AppError('invalid_request', { message: `${name} must be a path of this site`, param: name })
  }
}
