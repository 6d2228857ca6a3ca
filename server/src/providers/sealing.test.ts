import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { SECRETS, SILENT } from '../../test/support/stores.ts'
import { OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Secrets } from '../deps.ts'
import { AppError } from '../errors.ts'
import { createDeps } from '../infrastructure.ts'
import { addCredential, putProvider } from './providers.ts'
import { seal, unseal } from './sealing.ts'

const PLACE = { providerId: 'p', credentialId: 'c' }
const keyed = (...texts: string[]): Secrets => ({
  ...SECRETS,
  sealingKeys: texts.map((text, index) => ({ version: texts.length - index, key: Buffer.from(text) })),
})
const FORMER = 'former-sealing-key-0123456789-abcdef'
const OTHER = 'another-sealing-key-0123456789-abcde'

describe('a sealed credential', () => {
  it('opens under its key and at its place, also after a newer key has come', () => {
    const sealed = seal(keyed(FORMER), 'sk-secret', PLACE)
    expect(sealed).not.toContain('sk-secret')
    expect(unseal(keyed(FORMER), sealed, PLACE)).toBe('sk-secret')
    expect(unseal(keyed(OTHER, FORMER), sealed, PLACE)).toBe('sk-secret')
    expect(seal(keyed(FORMER), 'sk-secret', PLACE)).not.toBe(sealed)
  })

  it('opens under no other key, at no other place, and with no bit changed', () => {
    const sealed = seal(keyed(FORMER), 'sk-secret', PLACE)
    expect(unseal(keyed(OTHER), sealed, PLACE)).toBeUndefined()
    expect(unseal(keyed(FORMER), sealed, { ...PLACE, credentialId: 'd' })).toBeUndefined()
    expect(unseal(keyed(FORMER), sealed, { ...PLACE, providerId: 'q' })).toBeUndefined()
    const [version, text] = sealed.split('.') as [string, string]
    const bytes = Buffer.from(text, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(unseal(keyed(FORMER), `${version}.${changed.toString('base64url')}`, PLACE)).toBeUndefined()
    }
    for (const broken of ['', 'v1', 'v1.', 'v2.AAAA', 'v1.AAAA', sealed.slice(0, -8)])
      expect(unseal(keyed(FORMER), broken, PLACE)).toBeUndefined()
  })

  it('is not made without a key', () => {
    expect(() => seal(keyed(), 'sk-secret', PLACE)).toThrow(AppError)
  })
})

describe.each(DATABASES)('a database with a sealed credential', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    beforeAll(async () => {
      database = await openDeps(postgres)
      const definition = { id: 'p', kind: 'openai', baseUrl: 'https://ai.example/v1' }
      await putProvider(database.own, OPERATOR, definition as never)
      await addCredential(database.own, OPERATOR, 'p', { name: 'main', text: 'sk-secret' })
    })
    afterAll(() => database?.remove())

    it('does not start beside another sealing key, or without the one it needs, and says what to do', async () => {
      const { config, store } = database.own
      const start = (secrets: Secrets) => createDeps(config, secrets, store, SILENT)
      await expect(start(keyed(OTHER))).rejects.toThrow(/sealing key \(version 1\) is not the one/)
      await expect(start(keyed())).rejects.toThrow(/CLAVIGER_SEALING_KEY lacks version 1/)
      const own = SECRETS.sealingKeys[0]?.key.toString() as string
      await expect(start(keyed(OTHER, own))).resolves.toBeDefined()
      await expect(start(SECRETS)).resolves.toBeDefined()
    })
  })
})
