// Claviger over a filled database, in this process, asked over HTTP as the dashboard asks it: compiling its modules again
// for every cold look would take longer than the look.

import { readdirSync, readFileSync } from 'node:fs'
import { LARGEST } from './list-world.mjs'

const source = new URL('../../server/src/', import.meta.url)
const load = (path) => import(new URL(path, source).href)
const PASSWORD = 'correct horse battery staple'
export const ADMINISTRATOR = { email: 'administrator@example.com', password: PASSWORD }

const environmentOf = ({ config, dataDir, databaseUrl }) => ({
  CLAVIGER_CONFIG: config,
  DATA_DIR: dataDir,
  PORT: '0',
  HOST: '127.0.0.1',
  CLAVIGER_ADMIN_EMAIL: ADMINISTRATOR.email,
  CLAVIGER_ADMIN_PASSWORD: PASSWORD,
  ...(databaseUrl && {
    DATABASE_URL: databaseUrl,
    CLAVIGER_PEPPER: 'bench-pepper-0123456789abcdefghijklmnop',
    CLAVIGER_SESSION_SECRET: 'bench-session-0123456789abcdefghijklmnop',
    CLAVIGER_AUDIT_KEY: 'bench-audit-0123456789abcdefghijklmnop',
    CLAVIGER_SEALING_KEY: 'bench-sealing-0123456789abcdefghijklmnop',
  }),
})

/** A server with connections and threads of its own. The first one makes the tables and the administrator. */
export async function openServer(installation) {
  const [
    { loadConfig },
    { loadSecrets },
    { createDeps, openStore },
    { createApp, urlOf },
    first,
    { createLog },
  ] = await Promise.all([
    load('config/config.ts'),
    load('config/secrets.ts'),
    load('infrastructure.ts'),
    load('app.ts'),
    load('operator/first-start.ts'),
    load('lib/log.ts'),
  ])
  const environment = environmentOf(installation)
  const config = loadConfig(installation.config, environment)
  const secrets = loadSecrets(config, environment)
  const log = createLog('fatal')
  const store = await openStore(config, log)
  const deps = await createDeps(config, secrets, store, log)
  const app = await createApp(deps)
  await first.firstAdminPath(deps, environment)
  const url = urlOf(config, await app.listen())
  return {
    url,
    stop: () => app.close(),
    /** Asks as the administrator of the server, who owns the largest organisation. */
    signIn: async () => {
      const cookie = await cookieOf(url)
      return (path, body) => ask(url, path, { cookie }, body)
    },
  }
}

/** @returns for a `cookie` header */
export async function cookieOf(url) {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(ADMINISTRATOR),
  })
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
}

/** @throws Error with the answer when it is no good one */
export async function ask(url, path, credential, body) {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...credential,
      ...(credential.cookie && { origin: url, 'sec-fetch-site': 'same-origin', 'x-org-id': LARGEST }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

/** Milliseconds that threads were on a core, and that they waited for one which others had, by the kernel's count. */
export function coreTimes(pids) {
  let [ran, waited] = [0, 0]
  for (const pid of pids) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const [on, off] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
        ran += Number(on) / 1e6
        waited += Number(off) / 1e6
      }
    } catch {
      // Not on this system, or it has just ended.
    }
  }
  return { ran, waited }
}
