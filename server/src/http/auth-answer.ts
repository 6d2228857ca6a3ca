import { AppError } from '../errors.ts'

/** What the library says of invitations that are for others, or to places where the person is nobody. */
const NOT_THEIRS = /"(INVITATION_NOT_FOUND|MEMBER_NOT_FOUND|YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION)"/
const UNPROVEN = 'EMAIL_VERIFICATION_REQUIRED_BEFORE_ACCEPTING_OR_REJECTING_INVITATION'
/** The same for an address that has an account already and for one that has none. */
const SIGNED_UP = JSON.stringify({ token: null, user: null })

/**
 * The text of an answer as it leaves us: where the library's would tell who has an account, or leave somebody at a loss.
 *
 * @throws AppError `not_found` for an invitation that is another person's
 */
export function answerText(path: string, status: number, text: string): string {
  if (/^\/organization\/\w+-invitation$/.test(path) && status >= 400) {
    if (NOT_THEIRS.test(text))
      throw new AppError('not_found', { message: 'There is no such invitation for you' })
    if (text.includes(UNPROVEN)) {
      const message =
        'Open the link in the letter of the invitation and answer there: it shows that the address is yours'
      return JSON.stringify({ code: UNPROVEN, message })
    }
  }
  if (path === '/sign-up/email' && status === 200 && /"token":null/.test(text)) return SIGNED_UP
  return text
}
