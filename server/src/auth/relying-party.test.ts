import { describe, expect, it } from 'vitest'
import type { Config } from '../config/config.ts'
import { authEndpoints } from './endpoints.ts'
import { relyingParty } from './relying-party.ts'

/** As much of a configuration as the question needs. */
function configured(auth: object): Config {
  return { auth: { passkeys: true, emailPassword: true, oidc: [], ...auth } } as unknown as Config
}

describe('whom a passkey is made for', () => {
  it.each([
    [['https://keys.example.com:8443'], { id: 'keys.example.com', origin: 'https://keys.example.com:8443' }],
    [
      ['http://localhost:8787', 'http://127.0.0.1:8787'],
      { id: 'localhost', origin: 'http://localhost:8787' },
    ],
    [
      ['http://127.0.0.1:8787', 'http://localhost:8787'],
      { id: 'localhost', origin: 'http://localhost:8787' },
    ],
    [['https://192.0.2.7'], 'needs_name'],
    [['https://[2001:db8::1]'], 'needs_name'],
    [['http://keys.example.com'], 'needs_https'],
  ])('%s', (origins, expected) => {
    expect(relyingParty(configured({}), origins)).toEqual(expected)
  })

  it('Without the setting, and where a provider is the only way in, there are no passkeys and no endpoints', () => {
    for (const auth of [{ passkeys: false }, { emailPassword: false }]) {
      const config = configured(auth)
      expect(relyingParty(config, ['https://keys.example.com'])).toBe('off')
      expect(authEndpoints(config).filter(({ path }) => path.startsWith('/passkey/'))).toEqual([])
    }
  })
})
