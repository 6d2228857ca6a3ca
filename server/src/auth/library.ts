import { betterAuth } from 'better-auth/minimal'
import { authOptions } from './options.ts'

/** The library behind `/api/auth`, over our database handle and under our rules. */
export type Library = ReturnType<typeof openLibrary>

export function openLibrary(...given: Parameters<typeof authOptions>) {
  return betterAuth(authOptions(...given))
}
