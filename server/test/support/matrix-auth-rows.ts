import { about, type Cell, cell, NO_KEYS, open, row, type Statuses } from './matrix-rows.ts'
import type { World } from './matrix-world.ts'

const AUTH = '/api/auth'
const NOBODY = 'ffffffffffffffffffffffffffffffff'
const WRONG = { password: 'wrong' }

/** For whoever is signed in. The library knows no `x-org-id`, and no key. */
const person = (ok = 200) => row(401, ok, ok, ok, ok, ok, ok, 403, ok, ...NO_KEYS)
/** About an organisation, by what the caller is in it; to those who are nothing in it, it is not there. */
const about3 = (member: number, admin: number, owner: number) =>
  row(401, member, member, admin, owner, 404, 404, 403, 404, ...NO_KEYS)
/** What ends sessions, or asks for a password, which takes long to check: of those who have neither, and one who has. */
const few = (own?: number): Statuses => ({
  anonymous: 401,
  suspended: 403,
  ownKey: 401,
  ...(own !== undefined && { own }),
})

const newAddress = () => `new-${Math.random()}@example.com`
const invitation = async ({ people, organizationId }: World) =>
  (
    await people.owner.ask('POST', `${AUTH}/organization/invite-member`, {
      email: newAddress(),
      role: 'member',
      organizationId,
    })
  ).id as string
const membership = async ({ people, organizationId }: World, userId: string) => {
  const { data } = await people.owner.ask('GET', '/api/dashboard/members', undefined, organizationId)
  return (data as { id: string; userId: string }[]).find((member) => member.userId === userId)?.id
}
const inOurs = (expected: Statuses, body: (world: World) => object | Promise<object>): Cell => ({
  expected,
  request: async (world) => ({ body: { organizationId: world.organizationId, ...(await body(world)) } }),
})
const ofInvitation = (expected: Statuses): Cell => ({
  expected,
  request: async (world) => ({ body: { invitationId: await invitation(world) } }),
})
const inPath = (expected: Statuses, path: string): Cell =>
  about(expected, ({ organizationId }) => `${AUTH}/organization/${path}?organizationId=${organizationId}`)

/** The routes of the sign-in library. */
export const AUTH_ROWS: Readonly<Record<string, Cell>> = {
  'POST /api/auth/sign-up/email': cell(open(400), { email: 'no address', password: 'x', name: 'X' }),
  'POST /api/auth/sign-in/email': cell(open(400), { email: 'no address', password: 'x' }),
  'POST /api/auth/request-password-reset': cell(open(), { email: 'nobody@example.com' }),
  'POST /api/auth/reset-password': cell(open(400), { token: 'none', newPassword: 'correct horse battery' }),
  'GET /api/auth/verify-email': cell(open(401), undefined, `${AUTH}/verify-email?token=none`),
  'POST /api/auth/send-verification-email': cell(
    { anonymous: 200, ownKey: 200 },
    { email: 'nobody@example.com' },
  ),
  'POST /api/auth/two-factor/verify-totp': cell({ anonymous: 401, ownKey: 401 }, { code: '000000' }),
  'POST /api/auth/two-factor/verify-backup-code': cell({ anonymous: 401, ownKey: 401 }, { code: '000000' }),
  'POST /api/auth/sign-out': cell({ anonymous: 200, ownKey: 200 }, {}),
  'GET /api/auth/get-session': cell(
    row(200, 200, 200, 200, 200, 200, 200, 403, 200, 200, 200, 200, 200, 200),
  ),
  'GET /api/auth/list-sessions': cell(person()),
  'POST /api/auth/revoke-session': cell(person(), { token: 'none' }),
  'POST /api/auth/revoke-sessions': cell(few(), {}),
  'POST /api/auth/revoke-other-sessions': cell(person(), {}),
  'POST /api/auth/update-user': cell(person(), { name: 'New name' }),
  'POST /api/auth/change-password': cell(few(400), {
    newPassword: 'correct horse staple',
    currentPassword: 'wrong',
  }),
  'POST /api/auth/change-email': {
    expected: person(),
    request: async () => ({ body: { newEmail: newAddress() } }),
  },
  'POST /api/auth/two-factor/enable': cell(few(400), WRONG),
  'POST /api/auth/two-factor/disable': cell(few(400), WRONG),
  'POST /api/auth/two-factor/generate-backup-codes': cell(few(400), WRONG),
  'POST /api/auth/two-factor/get-totp-uri': cell(few(400), WRONG),

  'GET /api/auth/passkey/generate-authenticate-options': cell(open()),
  'POST /api/auth/passkey/verify-authentication': cell(open(400), { response: { id: 'none' } }),
  'GET /api/auth/passkey/generate-register-options': cell(person()),
  'POST /api/auth/passkey/verify-registration': cell(person(400), { response: { id: 'none' } }),
  'GET /api/auth/passkey/list-user-passkeys': cell(person()),
  'POST /api/auth/passkey/update-passkey': cell(person(404), { id: NOBODY, name: 'Mine' }),
  'POST /api/auth/passkey/delete-passkey': cell(person(404), { id: NOBODY }),

  'POST /api/auth/organization/create': cell(person(400), { name: 'Bad', slug: 'Bad slug' }),
  'GET /api/auth/organization/list': cell(person()),
  // For those whose address is verified: who came by the link of an invitation, and the administrator.
  'GET /api/auth/organization/list-user-invitations': cell(
    row(400, 200, 200, 200, 403, 403, 403, 403, 200, 400, 400, 400, 400, 400),
  ),
  'GET /api/auth/organization/get-full-organization': inPath(about3(200, 200, 200), 'get-full-organization'),
  'GET /api/auth/organization/list-members': inPath(about3(200, 200, 200), 'list-members'),
  'GET /api/auth/organization/list-invitations': inPath(about3(403, 200, 200), 'list-invitations'),
  'POST /api/auth/organization/update': inOurs(about3(403, 200, 200), () => ({ data: { name: 'New' } })),
  // It has keys, whose usage must stay readable.
  'POST /api/auth/organization/delete': inOurs(about3(403, 403, 400), () => ({})),
  'POST /api/auth/organization/invite-member': inOurs(about3(403, 200, 200), () => ({
    email: newAddress(),
    role: 'member',
  })),
  'POST /api/auth/organization/cancel-invitation': ofInvitation(about3(403, 200, 200)),
  // For whom it was made, and for nobody else.
  'POST /api/auth/organization/accept-invitation': ofInvitation(person(404)),
  'POST /api/auth/organization/reject-invitation': ofInvitation(person(404)),
  'GET /api/auth/organization/get-invitation': about(
    person(404),
    async (world) => `${AUTH}/organization/get-invitation?id=${await invitation(world)}`,
  ),
  // 401 is the library's word to a member who may not. The admin asks before the owner, who finds nobody to remove.
  'POST /api/auth/organization/remove-member': inOurs(about3(401, 200, 400), async (world) => ({
    memberIdOrEmail: (await membership(world, world.people.suspended.id)) ?? 'gone',
  })),
  'POST /api/auth/organization/update-member-role': inOurs(about3(403, 200, 200), async (world) => ({
    memberId: await membership(world, world.people.own.id),
    role: 'member',
  })),
  'POST /api/auth/organization/leave': cell(person(404), { organizationId: NOBODY }),
}
