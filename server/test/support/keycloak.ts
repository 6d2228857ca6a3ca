import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startNode, stop } from './processes.ts'

const SCRIPT = fileURLToPath(new URL('../../../scripts/keycloak.mjs', import.meta.url))
const REALM_FILE = fileURLToPath(new URL('../../../examples/keycloak/realm.json', import.meta.url))
const REALM = 'claviger'
/** The origin for which the realm of the example is written. */
const EXAMPLE_ORIGIN = 'http://127.0.0.1:8787'
/** It takes a quarter of a minute alone on a machine, and many times that beside others. */
export const KEYCLOAK_STARTS_MS = 300_000

export interface Keycloak {
  readonly issuer: string
  readonly clientSecret: string
  /** Has the client of the example expect Claviger at `origin` alone. */
  expectAt(origin: string): Promise<void>
  /** Whether the client's mapper of that name writes into ID tokens. */
  writeIntoIdToken(mapper: string, on: boolean): Promise<void>
  setPassword(username: string, password: string): Promise<void>
  setEnabled(username: string, enabled: boolean): Promise<void>
  /** The person leaves all groups and joins this one. */
  moveTo(username: string, group: string): Promise<void>
  /** Ends all sessions of the person there. */
  signOut(username: string): Promise<void>
  stop(): Promise<void>
}

type Row = Record<string, unknown> & { readonly id: string }

/** Starts the real Keycloak with the realm of the example. What it is asked here an administrator asks in its console. */
export async function startKeycloak(): Promise<Keycloak> {
  const { HOME, JAVA_HOME, KEYCLOAK_HOME } = process.env
  const env = { HOME, ...(JAVA_HOME && { JAVA_HOME }), ...(KEYCLOAK_HOME && { KEYCLOAK_HOME }) }
  const args = [SCRIPT, 'start', REALM_FILE, REALM]
  const { child, match } = await startNode(args, env, /^\{"url".*\}$/m, KEYCLOAK_STARTS_MS)
  const { url, admin } = JSON.parse(match[0]) as { url: string; admin: Record<string, string> }

  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const form = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...admin })
    const entry = `${url}/realms/master/protocol/openid-connect/token`
    const login = await fetch(entry, { method: 'POST', body: form })
    const { access_token: token } = (await login.json()) as { access_token: string }
    const answer = await fetch(`${url}/admin/realms/${REALM}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return (text ? JSON.parse(text) : undefined) as T
  }
  const userOf = async (username: string): Promise<string> => {
    const [user] = await ask<Row[]>('GET', `/users?exact=true&username=${username}`)
    return (user as Row).id
  }
  const [client] = (await ask<Row[]>('GET', '/clients?clientId=claviger')) as [Row]
  const example = (JSON.parse(readFileSync(REALM_FILE, 'utf8')) as { clients: Row[] }).clients[0] as Row
  const { value: clientSecret } = await ask<{ value: string }>('GET', `/clients/${client.id}/client-secret`)
  return {
    issuer: `${url}/realms/${REALM}`,
    clientSecret,
    expectAt: async (origin) => {
      const { protocolMappers: _, ...text } = example
      const moved = JSON.parse(JSON.stringify(text).replaceAll(EXAMPLE_ORIGIN, origin)) as object
      await ask('PUT', `/clients/${client.id}`, { ...client, ...moved, secret: clientSecret })
    },
    writeIntoIdToken: async (mapper, on) => {
      const path = `/clients/${client.id}/protocol-mappers/models`
      const row = (await ask<Row[]>('GET', path)).find(({ name }) => name === mapper) as Row
      const config = { ...(row.config as object), 'id.token.claim': String(on) }
      await ask('PUT', `${path}/${row.id}`, { ...row, config })
    },
    setPassword: async (username, value) =>
      ask('PUT', `/users/${await userOf(username)}/reset-password`, {
        type: 'password',
        value,
        temporary: false,
      }),
    setEnabled: async (username, enabled) => ask('PUT', `/users/${await userOf(username)}`, { enabled }),
    moveTo: async (username, group) => {
      const id = await userOf(username)
      for (const one of await ask<Row[]>('GET', `/users/${id}/groups`)) {
        await ask('DELETE', `/users/${id}/groups/${one.id}`)
      }
      const { id: groupId } = await ask<Row>('GET', `/group-by-path${group}`)
      await ask('PUT', `/users/${id}/groups/${groupId}`)
    },
    signOut: async (username) => ask('POST', `/users/${await userOf(username)}/logout`),
    stop: () => stop(child),
  }
}
