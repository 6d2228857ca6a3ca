/** People who sign up and in through the HTTP API, and organisations that they make and join. */
import { printed } from './processes.ts'
import { until } from './wire.ts'

/** What of the configuration lets tests make as many people as they want. */
export const OPEN_SIGN_UP = {
  auth: { signUp: 'open', requireEmailVerification: false, attemptsPerMinute: 1_000_000 },
} as const

export const PASSWORD = 'correct horse battery staple'

export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
  /** His own. */
  readonly organizationId: string
  /** For a `Cookie` header. */
  readonly cookie: string
  /** As a page of the server's own would send it. @param organizationId for `x-org-id` */
  send(method: string, path: string, body?: unknown, organizationId?: string): Promise<Response>
  /** The JSON of an answer that must have the status. @throws Error with the answer otherwise */
  ask<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    organizationId?: string,
    status?: number,
  ): Promise<T>
}

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by looking at it
type Json = any

let people = 0

/** A new person with a password, signed in. */
export async function signUp(url: string, name = 'person'): Promise<Person> {
  const email = `${name.toLowerCase()}-${++people}-${Date.now()}@example.com`
  const response = await post(url, '/api/auth/sign-up/email', { email, password: PASSWORD, name })
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`)
  return signIn(url, email)
}

/** @param password of somebody who did not come by `signUp` */
export async function signIn(url: string, email: string, password = PASSWORD): Promise<Person> {
  const response = await post(url, '/api/auth/sign-in/email', { email, password })
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const send: Person['send'] = (method, path, body, organizationId) =>
    fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        cookie,
        origin: url,
        'sec-fetch-site': 'same-origin',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(organizationId !== undefined && { 'x-org-id': organizationId }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const ask: Person['ask'] = async (method, path, body, organizationId, status) => {
    const answer = await send(method, path, body, organizationId)
    const text = await answer.text()
    if (status === undefined ? !answer.ok : answer.status !== status)
      throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const { user, organizations } = (await ask('GET', '/api/dashboard/me')).data
  return { id: user.id, email, name: user.name, organizationId: organizations[0].id, cookie, send, ask }
}

/** The administrator whom `environment` makes at the server's first start. */
export const ADMINISTRATOR = {
  email: 'administrator@example.com',
  environment: { CLAVIGER_ADMIN_EMAIL: 'administrator@example.com', CLAVIGER_ADMIN_PASSWORD: PASSWORD },
}

let organizations = 0

/** An organisation of the person's making, of which he is the owner. @returns its id */
export async function makeOrganization(owner: Person, name = 'Organisation'): Promise<string> {
  const slug = `organisation-${++organizations}-${Date.now()}`
  return (await owner.ask('POST', '/api/auth/organization/create', { name, slug })).id
}

/** Invites a person, who accepts by the link of the letter; without a mail server that stands in the log. */
export async function join(
  organizationId: string,
  manager: Person,
  person: Person,
  role: 'owner' | 'admin' | 'member',
): Promise<void> {
  const invitation = { email: person.email, role, organizationId }
  const { id } = await manager.ask('POST', '/api/auth/organization/invite-member', invitation)
  const link = new RegExp(`/accept-invitation/(${id}\\.[\\w-]+)`)
  const ticket = await until(`the link of ${person.email}'s invitation in the log`, () => printed(link))
  await person.ask('POST', '/api/auth/organization/accept-invitation', { invitationId: ticket })
}

async function post(url: string, path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin: url, 'sec-fetch-site': 'same-origin' }
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
}
