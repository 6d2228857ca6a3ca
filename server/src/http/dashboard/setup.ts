import type { Auth } from '../../auth/auth.ts'
import { setUpFirstAdmin } from '../../auth/first-admin.ts'
import { ADDRESS_HEADER, withScope } from '../../auth/scope.ts'
import type { Deps } from '../../deps.ts'
import { Type } from '../../lib/schema.ts'
import { type Route, route } from '../route.ts'

const Body = Type.Object(
  {
    token: Type.String({ maxLength: 200 }),
    email: Type.String({ maxLength: 254 }),
    name: Type.String({ maxLength: 200 }),
    password: Type.String({ maxLength: 200 }),
  },
  { additionalProperties: false },
)

/** The first administrator, by the one-time link of the server's start. */
export function setupRoutes(deps: Deps, auth: Auth): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/dashboard/setup',
      surface: 'dashboard',
      access: { open: true },
      tag: 'Sign-in',
      summary: 'Become the first administrator',
      description:
        'With the token of the link that the server prints while nobody can administer it. Signs in.',
      body: Body,
      replies: { 200: Type.Object({ data: Type.Object({ signedIn: Type.Boolean() }) }) },
      errors: ['not_found', 'invalid_request'],
      run: async (context) => {
        const { requestId, address, body } = context
        await setUpFirstAdmin(deps, { kind: 'user', id: null, way: 'session', requestId, address }, body)
        if (!deps.config.auth.emailPassword) return { body: { data: { signedIn: false } } }
        const headers = new Headers({ [ADDRESS_HEADER]: address })
        const agent = context.header('user-agent')
        if (agent) headers.set('user-agent', agent)
        const { api } = await auth.library()
        const response = await withScope({ requestId, address, byPassword: true }, () =>
          api.signInEmail({
            body: { email: body.email, password: body.password },
            headers,
            asResponse: true,
          }),
        )
        return { body: { data: { signedIn: response.ok } }, cookies: response.headers.getSetCookie() }
      },
    }),
  ]
}
