import type { Server } from './claviger.ts'
import { type Example, installExample } from './examples.ts'
import { ADMINISTRATOR, PASSWORD, type Person, signIn } from './people.ts'
import { type Caller, caller, type Json } from './wire.ts'

export type Issued = Caller & { readonly hash: string; readonly label: string }

/** A running server of one of examples/, and people of it. Everything is done over HTTP. */
export interface ConformanceStage {
  readonly example: Example
  readonly server: Server
  /** Administers the server; made at its first start. */
  readonly operator: Person
  /** Makes a user as an administrator does; he sets his password by the link and signs in. */
  addPerson(name: string, plan?: string): Promise<Person>
  /** A key that a person issues himself, signed in. */
  issue(person: Person, body?: Json, url?: string): Promise<Issued>
  revoke(person: Person, key: Issued): Promise<void>
  grant(person: Person, amount: string): Promise<void>
  close(): Promise<void>
}

/** All of them sign in from one address, within a minute. */
const MANY_PEOPLE = { CLAVIGER_AUTH_ATTEMPTS_PER_MINUTE: '10000' }

/** Starts `claviger serve --config examples/<name>.yaml`. @param env settings of the operator's own network */
export async function openConformance(
  name: string,
  postgres: boolean,
  env: NodeJS.ProcessEnv = {},
): Promise<ConformanceStage> {
  const example = await installExample(name, postgres)
  const server = await example.start({ ...ADMINISTRATOR.environment, ...MANY_PEOPLE, ...env })
  const operator = await signIn(server.url, ADMINISTRATOR.email)
  const issue = async (person: Person, body: Json = {}, url = server.url): Promise<Issued> => {
    const made = await person.ask('POST', '/api/v1/keys', { name: 'A key', ...body }, undefined, 201)
    return { ...caller(url, made.key), hash: made.data.hash, label: made.data.label }
  }
  return {
    example,
    server,
    operator,
    issue,
    addPerson: async (name, plan) => {
      const email = `${name}@example.eu`
      const user = { email, name, ...(plan && { plan }) }
      const { data } = await operator.ask('POST', '/api/dashboard/admin/users', user, undefined, 201)
      const body = { token: new URL(data.link).searchParams.get('token'), newPassword: PASSWORD }
      const headers = { 'content-type': 'application/json', origin: server.url }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      const set = await fetch(`${server.url}/api/auth/reset-password`, init)
      if (!set.ok) throw new Error(`${set.status} ${await set.text()}`)
      return signIn(server.url, email)
    },
    revoke: async (person, { hash }) => {
      await person.ask('DELETE', `/api/v1/keys/${hash}`, undefined, undefined, 200)
    },
    grant: async (person, amount) => {
      await operator.ask('POST', '/api/dashboard/admin/credits', { userId: person.id, amount })
    },
    close: async () => {
      await server.stop()
      await example.remove()
    },
  }
}

export interface ApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly securitySchemes: Readonly<Record<string, object>> }
}

interface Operation {
  readonly security: readonly object[]
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}

/** What a server says of itself at `/openapi.json`. */
export async function apiDocument(url: string): Promise<ApiDocument> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument
}
