/** A mail in plain text about one link. */
export interface Letter {
  readonly kind: 'verify' | 'reset' | 'existing-account' | 'change-address' | 'invitation' | 'welcome'
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly link: string
}

function letter(
  kind: Letter['kind'],
  to: string,
  subject: string,
  link: string,
  lines: readonly string[],
): Letter {
  return { kind, to, subject, link, text: `${lines.join('\n\n')}\n` }
}

/** Asks a new user to show that the address is his. */
export function verifyLetter(brand: string, to: string, link: string): Letter {
  return letter('verify', to, `${brand}: confirm your e-mail address`, link, [
    'Hello,',
    `please confirm that this is your address for ${brand}:`,
    link,
    'The link works for one hour. If you did not ask for it, ignore this mail.',
  ])
}

/** The link to set a new password. */
export function resetLetter(brand: string, to: string, link: string): Letter {
  return letter('reset', to, `${brand}: set a new password`, link, [
    'Hello,',
    `somebody, probably you, asked for a new password for your account at ${brand}. Set it here:`,
    link,
    'The link works once, and for one hour. If you did not ask for it, ignore this mail: your password stays as it is.',
  ])
}

/** To the address of an account for which somebody wanted to make another one: whoever it was, the mailbox decides. */
export function existingAccountLetter(brand: string, to: string, link: string): Letter {
  return letter('existing-account', to, `${brand}: you have an account already`, link, [
    'Hello,',
    `somebody, probably you, signed up at ${brand} with this address, for which there is an account already. ` +
      'Set its password here, which also confirms the address; then sign in with it:',
    link,
    'The link works once, and for one hour. If you did not sign up, ignore this mail, and follow no other link that ' +
      'asks you to confirm the address.',
  ])
}

/** Asks at the old address whether it is to be replaced. */
export function changeAddressLetter(brand: string, to: string, newAddress: string, link: string): Letter {
  return letter('change-address', to, `${brand}: change your e-mail address`, link, [
    'Hello,',
    `somebody, probably you, asked to change the address of your account at ${brand} to ${newAddress}. Agree here:`,
    link,
    'If it was not you, ignore this mail and change your password.',
  ])
}

/** An invitation into an organisation. */
export function invitationLetter(
  brand: string,
  to: string,
  link: string,
  { organization, inviter }: { readonly organization: string; readonly inviter: string },
): Letter {
  return letter('invitation', to, `${brand}: invitation to “${organization}”`, link, [
    'Hello,',
    `“${inviter}” invites you to join the organisation “${organization}” at ${brand}:`,
    link,
    'The link works for seven days and for this address only. If you do not know what this is about, ignore this mail.',
  ])
}

/** The first link of somebody for whom an administrator made an account. */
export function welcomeLetter(brand: string, to: string, link: string): Letter {
  return letter('welcome', to, `${brand}: your account`, link, [
    'Hello,',
    `an account at ${brand} was made for you. Set your password here:`,
    link,
    'The link works once, and for one day.',
  ])
}
