import { betterAuth } from 'better-auth/minimal'
import type { Deps } from '../deps.ts'
import type { Mailer } from '../mail/mail.ts'
import { authOptions } from './options.ts'

/** The library behind `/api/auth`, over our database handle and under our rules. */
export type Library = ReturnType<typeof openLibrary>

/** @param origins all that stand for the public `origin` */
export function openLibrary(deps: Deps, mailer: Mailer, origin: string, origins: readonly string[]) {
  return betterAuth(authOptions(deps, mailer, origin, origins))
}
