import { expect, it } from 'vitest'
import { openDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { isStoreFailure } from '../storage/failure.ts'
import { openAuth } from './auth.ts'
import { authEndpoints } from './endpoints.ts'

it('Every endpoint of the library is one that we open, or one that is known to stay closed', async () => {
  const database = await openDeps(false)
  const deps: Deps = database.own
  const auth = openAuth(deps, isStoreFailure)
  auth.begin('http://127.0.0.1:8787')
  const known = Object.values((await auth.library()).api) as {
    path?: string
    options?: { method?: unknown }
  }[]
  const library = new Set(known.flatMap(({ path }) => (path ? [path] : [])))
  const open = new Set(authEndpoints(deps.config).map(({ path }) => path))
  for (const path of open) expect(library).toContain(path)
  const closed = [...library].filter((path) => !open.has(path)).sort()
  expect(closed).toMatchInlineSnapshot(`
    [
      "/account-info",
      "/admin/ban-user",
      "/admin/create-user",
      "/admin/get-user",
      "/admin/has-permission",
      "/admin/impersonate-user",
      "/admin/list-user-sessions",
      "/admin/list-users",
      "/admin/remove-user",
      "/admin/revoke-user-session",
      "/admin/revoke-user-sessions",
      "/admin/set-role",
      "/admin/set-user-password",
      "/admin/stop-impersonating",
      "/admin/unban-user",
      "/admin/update-user",
      "/callback/:id",
      "/delete-user",
      "/delete-user/callback",
      "/error",
      "/get-access-token",
      "/link-social",
      "/list-accounts",
      "/ok",
      "/organization/check-slug",
      "/organization/get-active-member",
      "/organization/get-active-member-role",
      "/organization/get-organization",
      "/organization/has-permission",
      "/organization/set-active",
      "/refresh-token",
      "/reset-password/:token",
      "/sign-in/social",
      "/two-factor/send-otp",
      "/two-factor/verify-otp",
      "/unlink-account",
      "/update-session",
      "/verify-password",
    ]
  `)
  await database.remove()
})

it('Where the public address is a number, an endpoint that begins with a passkey says what to set', async () => {
  const database = await openDeps(false)
  const auth = openAuth(database.own, isStoreFailure)
  auth.begin('https://192.0.2.7')
  for (const kind of ['register', 'authenticate']) {
    const request = new Request(`https://192.0.2.7/api/auth/passkey/generate-${kind}-options`)
    const scope = { requestId: 'test', address: '192.0.2.1', byPassword: false }
    const response = await auth.handle(request, scope)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('set publicUrl to a name'),
    })
  }
  await database.remove()
})
