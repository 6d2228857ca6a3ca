import type { AuthScope } from './scope.ts'

export const PASSWORD_LEAST = 12
export const PASSWORD_MOST = 128
const DIFFERENT_LEAST = 5

/** What is wrong with a new password besides its length; undefined when nothing is. */
export function passwordFault(password: string, email: string | undefined): string | undefined {
  if (new Set(password).size < DIFFERENT_LEAST)
    return `password must have ${DIFFERENT_LEAST} different characters at the least; take some words that nobody else would`
  if (email && password.toLowerCase().includes(email.toLowerCase()))
    return 'password must not hold the e-mail address; take some words that nobody else would'
  return undefined
}

/** The digest of a new password, or undefined for one of a length that is refused anyway. */
export async function digestPassword(password: unknown): Promise<AuthScope['digest']> {
  if (typeof password !== 'string') return undefined
  if (password.length < PASSWORD_LEAST || password.length > PASSWORD_MOST) return undefined
  const { hashPassword } = await import('better-auth/crypto')
  return { password, hash: await hashPassword(password) }
}
