import { authEndpoints } from '../auth/endpoints.ts'
import type { Config } from '../config/config.ts'
import { Type } from '../lib/schema.ts'
import { type Route, route } from './route.ts'

/** The rows of the sign-in library's endpoints. The library checks and answers; `auth-door.ts` stands before it. */
export function authRoutes(config: Config): Route[] {
  return authEndpoints(config).map((endpoint) =>
    route({
      method: endpoint.method,
      path: `/api/auth${endpoint.path}`,
      surface: 'auth',
      access: { open: true },
      tag: 'Sign-in',
      summary: endpoint.summary,
      description:
        'Answered by Better Auth; call it with the client of that library, from a page of this server.',
      replies: { 200: Type.Unknown() },
      errors: [
        'cross_origin',
        ...(endpoint.session ? (['session_required', 'user_suspended'] as const) : []),
      ],
      signIn: endpoint,
      run: async () => undefined,
    }),
  )
}
