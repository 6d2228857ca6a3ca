/** What can be filtered by: all changes of a kind of thing. */
export const NOUNS: Readonly<Record<string, string>> = {
  key: 'API keys',
  project: 'Projects',
  member: 'Members',
  invitation: 'Invitations',
  organization: 'Organisations',
  user: 'Users',
  session: 'Sessions',
  account: 'Sign-in methods',
  two_factor: 'Two-factor sign-in',
  passkey: 'Passkeys',
  credits: 'Credits',
  plan: 'Plans',
  quota: 'Quotas',
  provider: 'Providers',
  credential: 'Provider credentials',
  model: 'Models',
  task: 'Tasks',
  webhook: 'Webhooks',
}

const WORDS: Readonly<Record<string, string>> = {
  'session.create': 'Signed in',
  'session.delete': 'Signed out',
  'account.create': 'Sign-in method added',
  'account.delete': 'Sign-in method removed',
  'account.update': 'Password or sign-in method changed',
  'credits.grant': 'Credits granted',
  'credits.refund': 'Request refunded',
  'member.create': 'Member added',
  'member.delete': 'Member removed',
  'member.update': 'Role changed',
  'invitation.create': 'Member invited',
  'project.add_member': 'Member added to a project',
  'project.remove_member': 'Member removed from a project',
  'user.first_admin': 'First administrator made',
  'key.transfer': 'API key handed over',
  'user.sign_out': 'User signed out everywhere',
  'user.make_operator': 'User made an administrator',
  'user.unmake_operator': 'User no longer an administrator',
  'two_factor.create': 'Two-factor sign-in set up',
  'two_factor.delete': 'Two-factor sign-in switched off',
  'passkey.create': 'Passkey added',
  'passkey.delete': 'Passkey removed',
  'webhook.create': 'Webhook endpoint added',
  'webhook.update': 'Webhook endpoint changed',
  'webhook.disable': 'Webhook endpoint disabled',
  'webhook.delete': 'Webhook endpoint deleted',
  'webhook.rotate': 'Webhook secret rotated',
  'webhook.test': 'Test event sent',
  'webhook.redeliver': 'Webhook delivery sent again',
}

const THINGS: Readonly<Record<string, string>> = {
  key: 'API key',
  organization: 'Organisation',
  two_factor: 'Two-factor sign-in',
  credential: 'Provider credential',
}

const PAST: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  revoke: 'revoked',
  set: 'set',
  remove: 'removed',
  rename: 'renamed',
  suspend: 'suspended',
  activate: 'activated',
  set_plan: 'moved to another plan',
  archive: 'archived',
  restore: 'restored',
  cancel: 'cancelled',
}

/** `key.revoke` → API key revoked. */
export function actionWords(action: string): string {
  const known = WORDS[action]
  if (known) return known
  const [noun = '', verb = ''] = action.split('.')
  const thing = THINGS[noun] ?? capital(noun.replaceAll('_', ' '))
  return `${thing} ${PAST[verb] ?? verb.replaceAll('_', ' ')}`.trim()
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
