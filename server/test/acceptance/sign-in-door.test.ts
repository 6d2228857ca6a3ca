import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { Visitor } from '../support/visitor.ts'
import { until } from '../support/wire.ts'

const PUBLIC = 'https://app.example.com'
const PASSWORD = 'correct horse battery'
const SECRET = 'test-session-0123456789-abcdefghijkl'

let installation: Installation
let server: Server
/** What the server hears on: the public origin is its proxy's. */
let url: string
let cookies: string
let setCookies: string[]

beforeAll(async () => {
  installation = await install(
    testConfig('http://127.0.0.1:9/v1', { publicUrl: PUBLIC, port: 0, auth: { attemptsPerMinute: 100_000 } }),
  )
  server = await until('a server on a free port', startAnywhere)
  const response = await send('POST', '/api/auth/sign-in/email', {
    body: JSON.stringify({ email: 'admin@example.com', password: PASSWORD }),
  })
  setCookies = response.headers.getSetCookie()
  cookies = setCookies.map((line) => line.split(';', 1)[0]).join('; ')
}, 60_000)
afterAll(async () => {
  await server?.stop()
  await installation?.remove()
})

interface Sent {
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
}

/** With the headers given, else with those of a page of the server's own. */
function send(method: string, path: string, { headers, body }: Sent = {}): Promise<Response> {
  const own = [
    ['origin', PUBLIC],
    ['sec-fetch-site', 'same-origin'],
    ['content-type', 'application/json'],
  ]
  const given = (headers ?? own).map(([name, value]) => [name, value] as [string, string])
  if (cookies !== undefined && !given.some(([name]) => name === 'cookie')) given.push(['cookie', cookies])
  return fetch(url + path, {
    method,
    redirect: 'manual',
    headers: given,
    ...(body !== undefined && { body }),
  })
}

/** It tells its public address only, so that its port is given to it; one that was taken meanwhile is given up. */
async function startAnywhere(): Promise<Server | undefined> {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const env = {
    PORT: String(port),
    CLAVIGER_SESSION_SECRET: SECRET,
    CLAVIGER_ADMIN_EMAIL: 'admin@example.com',
    CLAVIGER_ADMIN_PASSWORD: PASSWORD,
  }
  return installation.start(env).catch((error: Error) => {
    if (!error.message.includes('EADDRINUSE')) throw error
    return undefined
  })
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

describe('the cookie', () => {
  it('is the host’s own, out of reach of scripts and other sites, and no longer lived than a session', () => {
    expect(setCookies).toHaveLength(1)
    const [line = ''] = setCookies
    expect(line).toMatch(/^__Host-claviger\.session_token=[\w%.-]{60,200}; /)
    const attributes = line.split('; ').slice(1).sort()
    expect(attributes).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  it('opens nothing when it is forged, cut, renamed, or there twice', async () => {
    const [name = '', value = ''] = cookies.split('=', 2)
    const token = decodeURIComponent(value).split('.')[0] ?? ''
    const forged = encodeURIComponent(
      `${token}.${createHmac('sha256', 'other').update(token).digest('base64')}`,
    )
    for (const cookie of [
      `${name}=${forged}`,
      `${name}=${value.slice(0, -4)}`,
      `${name}=${token}`,
      `${name}="${value}"`,
      `${name}=%E0%A4%A`,
      `${name}=${'x'.repeat(5000)}`,
      `claviger.session_token=${value}`,
      `__Secure-claviger.session_token=${value}`,
      `${name}=${forged}; ${name}=${value}`,
      `${name}=${value}; ${name}=${forged}`,
    ]) {
      for (const path of ['/api/dashboard/me', '/api/auth/list-sessions']) {
        const response = await send('GET', path, { headers: [['cookie', cookie]] })
        expect([cookie.slice(0, 60), path, response.status]).toEqual([cookie.slice(0, 60), path, 401])
      }
    }
    const many = [...Array.from({ length: 100 }, (_, i) => `c${i}=1`), cookies].join('; ')
    expect((await send('GET', '/api/dashboard/me', { headers: [['cookie', many]] })).status).toBe(200)
  })

  it('that was there before signing in is not the one after it', async () => {
    const fixed = '__Host-claviger.session_token=fixed.0000'
    const response = await send('POST', '/api/auth/sign-in/email', {
      headers: [
        ['origin', PUBLIC],
        ['content-type', 'application/json'],
        ['cookie', fixed],
      ],
      body: JSON.stringify({ email: 'admin@example.com', password: PASSWORD }),
    })
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()[0]).not.toContain('=fixed.')
  })

  it('counts for nothing beside a key: an Authorization header decides', async () => {
    const headers = [
      ['cookie', cookies],
      ['authorization', 'Bearer cvg_nothing'],
    ] as const
    expect((await send('GET', '/api/v1/keys', { headers })).status).toBe(401)
    expect((await send('GET', '/api/dashboard/me', { headers })).status).toBe(401)
    expect((await send('GET', '/api/v1/keys', { headers: [['cookie', cookies]] })).status).toBe(200)
  })
})

describe('a request that another site may have caused', () => {
  const json = ['content-type', 'application/json'] as const
  const foreign: [string, readonly (readonly [string, string])[]][] = [
    ['neither Origin nor Fetch Metadata', [json]],
    ['Origin: null', [json, ['origin', 'null']]],
    ['our host as a prefix', [json, ['origin', `${PUBLIC}.evil`]]],
    ['our host as a suffix', [json, ['origin', 'https://evilapp.example.com']]],
    ['our host without TLS', [json, ['origin', 'http://app.example.com']]],
    ['another port', [json, ['origin', `${PUBLIC}:8443`]]],
    ['our host in capitals', [json, ['origin', 'https://APP.example.com']]],
    ['our host with a dot', [json, ['origin', `${PUBLIC}.`]]],
    ['the address that is listened on', [json, ['origin', 'http://127.0.0.1']]],
    ['Origin twice', [json, ['origin', PUBLIC], ['origin', PUBLIC]]],
    ['our Origin, cross-site', [json, ['origin', PUBLIC], ['sec-fetch-site', 'cross-site']]],
    ['our Origin, same-site', [json, ['origin', PUBLIC], ['sec-fetch-site', 'same-site']]],
    ['no Origin, none', [json, ['sec-fetch-site', 'none']]],
    ['a Referer only', [json, ['referer', `${PUBLIC}/keys`]]],
  ]

  it.each(foreign)('changes nothing: %s', async (_, headers) => {
    for (const [path, body] of [
      ['/api/v1/keys', '{"name":"Forged"}'],
      ['/api/auth/update-user', '{"name":"Forged"}'],
      ['/api/auth/sign-out', '{}'],
    ] as const) {
      const response = await send('POST', path, { headers, body })
      expect([path, response.status, await codeOf(response)]).toEqual([path, 403, 'cross_origin'])
    }
    expect(await (await send('GET', '/api/dashboard/me')).text()).not.toContain('Forged')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'cannot be the form of a page: %s',
    async (type) => {
      for (const path of ['/api/v1/keys', '/api/auth/update-user']) {
        const headers = [
          ['origin', PUBLIC],
          ['content-type', type],
        ] as const
        const response = await send('POST', path, { headers, body: '{"name":"Forged"}' })
        expect([path, response.status]).toEqual([path, 415])
      }
    },
  )

  it('changes nothing by a method that a field names, and gets no leave to send a key', async () => {
    const response = await send('GET', '/api/v1/keys?_method=DELETE', { headers: [] })
    expect(response.status).toBeLessThan(500)
    const preflight = await send('OPTIONS', '/api/v1/keys', {
      headers: [
        ['origin', 'https://evil.example'],
        ['access-control-request-method', 'POST'],
        ['access-control-request-headers', 'authorization'],
      ],
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('is none when it comes from a page of this server', async () => {
    for (const headers of [
      [json, ['origin', PUBLIC]],
      [json, ['sec-fetch-site', 'same-origin']],
    ] as const) {
      const response = await send('POST', '/api/auth/update-user', { headers, body: '{"name":"Own"}' })
      expect(response.status).toBe(200)
    }
  })
})

describe('where the browser is sent', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https://evil.example',
    '/%09/evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    `https://app.example.com@evil.example`,
    `${PUBLIC}.evil.example`,
    '/%2f%2fevil.example',
    '/x\r\nset-cookie: a=b',
    'data:text/html,x',
    '\\\\evil.example',
    ' //evil.example',
    '/..//evil.example',
    '/%2e%2e//evil.example',
    `${PUBLIC}//evil.example`,
  ])('is never elsewhere: %j', async (target) => {
    for (const field of ['callbackURL', 'redirectTo', 'errorCallbackURL', 'newUserCallbackURL']) {
      const body = JSON.stringify({ email: 'admin@example.com', password: PASSWORD, [field]: target })
      const response = await send('POST', '/api/auth/sign-in/email', { body })
      expect([field, response.status]).toEqual([field, 400])
      const query = `/api/auth/verify-email?token=x&${field}=${encodeURIComponent(target)}`
      expect((await send('GET', query)).status).toBe(400)
    }
  })

  it.each(['/', '/keys?a=b#c', `${PUBLIC}/keys`])('may be a page of this server: %s', async (callbackURL) => {
    const body = JSON.stringify({ email: 'admin@example.com', password: PASSWORD, callbackURL })
    expect((await send('POST', '/api/auth/sign-in/email', { body })).status).toBe(200)
  })
})

describe('what is not signed in', () => {
  it('sees nothing of the dashboard, and is told to sign in', async () => {
    const visitor = new Visitor(url)
    const response = await visitor.get('/api/dashboard/me')
    expect(response.status).toBe(401)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await codeOf(response)).toBe('session_required')
  })
})

describe('who is no administrator of the server', () => {
  it('finds nothing of the administration open', async () => {
    const made = { email: 'plain@example.com', name: 'Plain' }
    const token = await tokenOf(
      await send('POST', '/api/dashboard/admin/users', { body: JSON.stringify(made) }),
    )
    await send('POST', '/api/auth/reset-password', { body: JSON.stringify({ token, newPassword: PASSWORD }) })
    const signedIn = await send('POST', '/api/auth/sign-in/email', {
      body: JSON.stringify({ email: made.email, password: PASSWORD }),
    })
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ')
    const response = await send('GET', '/api/dashboard/admin/users', { headers: [['cookie', cookie]] })
    expect([response.status, await codeOf(response)]).toEqual([403, 'operator_required'])
  })
})

describe('without a mail server', () => {
  it('the link of an invitation stands in the log, and that of an account is in the answer to the operator who made it', async () => {
    const organization = await send('POST', '/api/auth/organization/create', {
      body: JSON.stringify({ name: 'Acme', slug: 'acme' }),
    })
    const { id } = (await organization.json()) as { id: string }
    const invite = { email: 'guest@example.com', role: 'member', organizationId: id }
    expect(
      (await send('POST', '/api/auth/organization/invite-member', { body: JSON.stringify(invite) })).status,
    ).toBe(200)
    const ticket = await linked('guest@example.com', /app\.example\.com\/accept-invitation\/([\w.-]+)/)
    const shown = await send('GET', `/api/dashboard/open/invitation?ticket=${ticket}`)
    expect(await shown.json()).toMatchObject({ data: { email: 'guest@example.com' } })
    const made = await send('POST', '/api/dashboard/admin/users', {
      body: JSON.stringify({ email: 'made@example.com', name: 'Made' }),
    })
    expect(made.status).toBe(201)
    const token = await tokenOf(made)
    const set = await send('POST', '/api/auth/reset-password', {
      body: JSON.stringify({ token, newPassword: PASSWORD }),
    })
    expect(set.status).toBe(200)
    const body = JSON.stringify({ email: 'made@example.com', password: PASSWORD })
    expect((await send('POST', '/api/auth/sign-in/email', { body })).status).toBe(200)
  })
})

/** Of the link in the answer to whoever made an account. */
async function tokenOf(made: Response): Promise<string | undefined> {
  const { data } = (await made.json()) as { data: { link: string } }
  return /^https:\/\/app\.example\.com\/reset-password\?token=([\w-]+)$/.exec(data.link)?.[1]
}

/** The link of a letter, as the server logged it. */
function linked(to: string, pattern: RegExp): Promise<string> {
  return until(`a link to ${to} in the log`, () => {
    const line = server
      .output()
      .split('\n')
      .findLast((text) => text.includes(`"to":"${to}"`))
    return pattern.exec(line ?? '')?.[1]
  })
}

async function codeOf(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as {
    error: { code: unknown; metadata?: { error_code: unknown } }
  }
  return error.metadata?.error_code ?? error.code
}
