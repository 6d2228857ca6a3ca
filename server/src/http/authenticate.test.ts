import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { type Auth, openAuth } from '../auth/auth.ts'
import type { Config, Permission } from '../config/config.ts'
import { AppError } from '../errors.ts'
import { createKey } from '../keys/keys.ts'
import { makeSecret } from '../keys/secret.ts'
import { KeyVerifier } from '../keys/verify.ts'
import { isStoreFailure } from '../storage/failure.ts'
import { authenticate } from './authenticate.ts'
import type { Access } from './route.ts'

let database: UnitDeps
let verifier: KeyVerifier
let config: Config
let auth: Auth
let good: string
let keys: Record<string, string>

beforeAll(async () => {
  database = await openDeps(false)
  const deps = database.own
  verifier = new KeyVerifier(deps)
  config = deps.config
  auth = openAuth(deps, isStoreFailure)
  auth.begin('http://127.0.0.1:8787')
  const owner = await makeOwner(deps)
  const make = async (permissions: readonly Permission[]) =>
    (await createKey(deps, owner, { name: 'Key', permissions })).secret
  good = await make(['inference'])
  keys = { 'keys:read': await make(['keys:read']), 'keys:verify': await make(['keys:verify']) }
})
afterAll(() => database?.remove())

/** `good`, `nobody` for an open route, or the code of the refusal. */
async function ask(
  rawHeaders: readonly string[],
  { url = '/v1/models', access = { key: 'any' } as Access, settings = config } = {},
): Promise<string> {
  try {
    const credentials = { method: 'GET', rawHeaders, url, address: '192.0.2.1' }
    const { key } = await authenticate(credentials, access, verifier, settings, auth)
    return key ? 'good' : 'nobody'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

describe('the credential', () => {
  it('is a bearer token, with the scheme in any case and any number of blanks', async () => {
    for (const value of [`Bearer ${good}`, `bearer ${good}`, `BEARER    ${good}`])
      expect(await ask(['Authorization', value])).toBe('good')
    expect(await ask(['X-Other', 'Bearer x', 'aUtHoRiZaTiOn', `Bearer ${good}`])).toBe('good')
  })

  it('is missing when there is no header, and malformed when the header holds anything else', async () => {
    expect(await ask([])).toBe('missing_authorization')
    expect(await ask(['X-Authorization', `Bearer ${good}`, 'authorization2', `Bearer ${good}`])).toBe(
      'missing_authorization',
    )
    const odd = [
      '',
      'Bearer',
      'Bearer ',
      good,
      `Basic ${good}`,
      `Bearer${good}`,
      `Bearer\t${good}`,
      `Bearer ${good} x`,
      `Bearer ${good},${good}`.replace(',', ' , '),
      `Token ${good}`,
      `"Bearer ${good}"`,
    ]
    for (const value of odd)
      expect([value, await ask(['Authorization', value])]).toEqual([value, 'malformed_authorization'])
  })

  it('is wrong when it is not the key to the very letter', async () => {
    const odd = [
      good.slice(0, -1),
      `${good}x`,
      good.toUpperCase(),
      `${good},`,
      `"${good}"`,
      `\u00a0${good}`,
      encodeURIComponent(good).replace('_', '%5F'),
      makeSecret('cvg'),
    ]
    for (const value of odd)
      expect([value, await ask(['Authorization', `Bearer ${value}`])]).toEqual([
        value,
        expect.stringMatching(/^(invalid_api_key|malformed_authorization)$/),
      ])
  })

  it('comes once: two are refused, even two equal ones, whichever is good', async () => {
    const bearer = `Bearer ${good}`
    expect(await ask(['Authorization', bearer, 'authorization', bearer])).toBe('duplicate_authorization')
    expect(await ask(['Authorization', bearer, 'AUTHORIZATION', ''])).toBe('duplicate_authorization')
  })

  it('in the URL is refused even beside a good one, under any of the usual names or none', async () => {
    const header = ['Authorization', `Bearer ${good}`]
    for (const query of [
      'access_token=x',
      'a=1&api_key=x',
      'API-KEY=x',
      'apikey=',
      `q=${good}`,
      good,
      `x=1#${good}`,
    ])
      expect([query, await ask(header, { url: `/v1/models?${query}` })]).toEqual([query, 'credential_in_url'])
    // Twice, since an expression that remembers where it stopped would forget every other one.
    expect(await ask(header, { url: `/v1/models?q=${good}` })).toBe('credential_in_url')
    for (const query of ['', 'token_count=5', 'my_api_key=1', `q=${good.slice(0, -1)}`])
      expect([query, await ask(header, { url: `/v1/models?${query}` })]).toEqual([query, 'good'])
  })

  it('in x-api-key counts only where the deployment says so, and only when there is no Authorization', async () => {
    const settings = { ...config, keys: { ...config.keys, xApiKeyHeader: true } }
    expect(await ask(['x-api-key', good])).toBe('missing_authorization')
    expect(await ask(['X-Api-Key', good], { settings })).toBe('good')
    expect(await ask(['x-api-key', ''], { settings })).toBe('missing_authorization')
    expect(await ask(['x-api-key', good, 'x-api-key', good], { settings })).toBe('duplicate_authorization')
    expect(await ask(['x-api-key', good, 'authorization', 'Bearer x'], { settings })).toBe('invalid_api_key')
    expect(await ask(['x-api-key', good, 'authorization', 'Basic x'], { settings })).toBe(
      'malformed_authorization',
    )
  })
})

describe('a route', () => {
  it('that is open asks nobody, and does not look at what it is given', async () => {
    expect(await ask(['Authorization', 'junk'], { access: { open: true }, url: '/healthz?api_key=x' })).toBe(
      'nobody',
    )
  })

  it('that needs a permission refuses a good key without it', async () => {
    const bearer = (key: string | undefined) => ['Authorization', `Bearer ${key}`]
    expect(await ask(bearer(good), { access: { key: 'inference' } })).toBe('good')
    for (const permission of ['usage:read', 'keys:read', 'keys:write', 'keys:verify'] as const)
      expect(await ask(bearer(good), { access: { key: permission } })).toBe('insufficient_permission')
    expect(await ask(bearer(keys['keys:read']), { access: { key: 'keys:read' } })).toBe('good')
    expect(await ask(bearer(keys['keys:read']), { access: { key: 'keys:write' } })).toBe(
      'insufficient_permission',
    )
    expect(await ask(bearer(keys['keys:read']), { access: { key: 'inference' } })).toBe(
      'insufficient_permission',
    )
  })

  it('that manages keys is shut to keys where the deployment says so, also to those that were given the permission before', async () => {
    const settings = { ...config, keys: { ...config.keys, manageByKey: false } }
    const header = ['Authorization', `Bearer ${keys['keys:read']}`]
    expect(await ask(header, { access: { key: 'keys:read' }, settings })).toBe('key_management_disabled')
    expect(await ask(header, { access: { key: 'keys:write' }, settings })).toBe('key_management_disabled')
    // A stranger learns nothing of it.
    expect(await ask(['Authorization', 'Bearer x'], { access: { key: 'keys:read' }, settings })).toBe(
      'invalid_api_key',
    )
    expect(
      await ask(['Authorization', `Bearer ${keys['keys:verify']}`], {
        access: { key: 'keys:verify' },
        settings,
      }),
    ).toBe('good')
  })
})
