import type { AuthScope } from './scope.ts'

export const PASSWORD_LEAST = 12
export const PASSWORD_MOST = 128

/** The digest of a new password, or undefined for one of a length that is refused anyway. */
export async function digestPassword(password: unknown): Promise<AuthScope['digest']> {
  if (typeof password !== 'string') return undefined
  if (password.length < PASSWORD_LEAST || password.length > PASSWORD_MOST) return undefined
  const { hashPassword } = await import('better-auth/crypto')
  return { password, hash: await hashPassword(password) }
}
