import type { Server } from './claviger.ts'
import { until } from './wire.ts'

export const ADMIN = { name: 'Ada Admin', email: 'ada@example.com', password: 'correct horse battery staple' }

/** Every screen of somebody who administers the server. */
export const SCREENS = [
  '/',
  '/usage',
  '/playground',
  '/tasks',
  '/balance',
  '/keys',
  '/projects',
  '/members',
  '/webhooks',
  '/audit',
  '/account',
  '/admin/users',
  '/admin/organizations',
  '/admin/plans',
  '/admin/providers',
  '/admin/models',
  '/admin/settings',
]

/** Those of somebody who is not signed in. */
export const DOORS = [
  '/sign-in',
  '/sign-up',
  '/forgot-password',
  '/reset-password?token=none',
  '/verify-email?token=none',
  '/setup?token=none',
]

/** The one-time link that the server wrote to its log. */
export function setupLink(server: Server): Promise<string> {
  return until(
    'the one-time link',
    () => /"link":"(http[^"]+\/setup\?token=[^"]+)"/.exec(server.output())?.[1],
  )
}

/** Makes the first administrator as the page of the link does. The cookies of the session, as a browser keeps them. */
export async function becomeAdmin(server: Server): Promise<{ name: string; value: string }[]> {
  const token = new URL(await setupLink(server)).searchParams.get('token')
  const answer = await fetch(`${server.url}/api/dashboard/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ token, ...ADMIN }),
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1) }
  })
}
