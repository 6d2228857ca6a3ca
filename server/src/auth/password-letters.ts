import type { BetterAuthOptions } from 'better-auth/types'
import type { Deps } from '../deps.ts'
import { existingAccountLetter, resetLetter } from '../mail/letters.ts'
import type { Mailer } from '../mail/mail.ts'
import { providerLetter } from '../mail/provider-letter.ts'
import { mayTellAgain } from './failed-sign-ins.ts'
import { withdrawPassword } from './repeated-sign-up.ts'
import { comesByProvider } from './ways-in.store.ts'

type Letters = Pick<
  NonNullable<BetterAuthOptions['emailAndPassword']>,
  'sendResetPassword' | 'onExistingUserSignUp'
>

/** The letters by which somebody sets a password: whoever forgot his, and whoever signs up where there is an account. */
export function passwordLetters(
  deps: Deps,
  mailer: Mailer,
  origin: string,
  passwordLink: (userId: string) => Promise<string>,
): Letters {
  const { brand } = deps.config
  const toProvider = (email: string): void => mailer.send(providerLetter(brand, email, `${origin}/sign-in`))
  return {
    sendResetPassword: async ({ user, token }) => {
      if (!(await mayShare(deps, user))) return toProvider(user.email)
      mailer.send(resetLetter(brand, user.email, `${origin}/reset-password?token=${token}`))
    },
    onExistingUserSignUp: async ({ user }) => {
      if (!user.emailVerified) await withdrawPassword(deps, user.id)
      if (!(await mayTellAgain(deps, user.email))) return
      if (!(await mayShare(deps, user))) return toProvider(user.email)
      mailer.send(existingAccountLetter(brand, user.email, await passwordLink(user.id)))
    },
  }
}

/** Whether a mailbox may have a link into an account: not one that somebody at a provider has made with its address. */
async function mayShare({ db }: Deps, user: { id: string; emailVerified: boolean }): Promise<boolean> {
  return user.emailVerified || !(await comesByProvider(db, user.id))
}
