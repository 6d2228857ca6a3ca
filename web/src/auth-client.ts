import { organizationClient, twoFactorClient } from 'better-auth/client/plugins'
import { createAuthClient } from 'better-auth/react'
import { ApiError, noAnswer } from './api.ts'

export const auth = createAuthClient({ plugins: [organizationClient(), twoFactorClient()] })

interface AuthResult<T> {
  readonly data: T | null
  readonly error: { status: number; code?: string | undefined; message?: string | undefined } | null
}

/** What a call of `auth` answered. @throws ApiError */
export async function authAnswer<T>(call: Promise<AuthResult<T>>): Promise<T> {
  const { data, error } = await call.catch(() => {
    throw noAnswer()
  })
  if (error) {
    const message = error.message || `The server answered ${error.status}. Try again in a moment.`
    throw new ApiError(message, { status: error.status, code: error.code ?? `http_${error.status}` })
  }
  return data as T
}
