import type { Letter } from './letters.ts'

/**
 * To the address of an account that is signed in to through a provider and whose address nobody has proven: a password
 * set by this mailbox would share it with whoever made it.
 */
export function providerLetter(brand: string, to: string, link: string): Letter {
  const lines = [
    'Hello,',
    `somebody, probably you, asked for a password at ${brand} for this address. Its account is signed in to through a ` +
      'provider, which is where its password is:',
    link,
    'If you never signed in there, the account is not yours, although it names your address: ask whoever runs this ' +
      'server.',
  ]
  return {
    kind: 'existing-account',
    to,
    subject: `${brand}: sign in through your provider`,
    link,
    text: `${lines.join('\n\n')}\n`,
  }
}
