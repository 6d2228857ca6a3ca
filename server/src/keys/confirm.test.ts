import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { createKey, revokeKey, updateKey } from './keys.ts'
import type { VerifiedKey } from './known-secret.ts'
import { KeyVerifier } from './verify.ts'

const HERE = '192.0.2.1'

describe.each(DATABASES)('confirmation', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let owner: Awaited<ReturnType<typeof makeOwner>>

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      owner = await makeOwner(deps)
    })
    afterAll(() => database?.remove())

    const confirm = (verifier: KeyVerifier, verified: VerifiedKey) =>
      verifier.confirm(verified).then(
        () => 'good',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      )

    it('of a key follows what changes of it, and of nothing else', async () => {
      const verifier = new KeyVerifier(deps)
      const { key, secret } = await createKey(deps, owner, { name: 'Key' })
      const other = await createKey(deps, owner, { name: 'Other' })
      const verified = await verifier.verify(secret, HERE)
      expect(await verifier.confirm(verified)).toBe(verified)
      await revokeKey(deps, owner, other.key.id)
      expect(await verifier.confirm(verified)).toBe(verified)
      await updateKey(deps, owner, key.id, { permissions: [] })
      const changed = await verifier.confirm(verified)
      expect(changed.key.permissions).toEqual([])
      // Who asks with the text is told the same, without another question.
      expect(await verifier.verify(secret, HERE)).toBe(changed)
      await updateKey(deps, owner, key.id, { disabled: true })
      for (const each of [verified, changed]) expect(await confirm(verifier, each)).toBe('key_disabled')
      await updateKey(deps, owner, key.id, { disabled: false })
      expect(await confirm(verifier, verified)).toBe('good')
      await revokeKey(deps, owner, key.id)
      expect(await confirm(verifier, verified)).toBe('key_revoked')
    })

    it('holds of a key that the cache has no room for', async () => {
      const verifier = new KeyVerifier(deps, 1)
      const made = [
        await createKey(deps, owner, { name: 'A' }),
        await createKey(deps, owner, { name: 'B' }),
      ] as const
      const [first, second] = [
        await verifier.verify(made[0].secret, HERE),
        await verifier.verify(made[1].secret, HERE),
      ] as const
      expect([await confirm(verifier, first), await confirm(verifier, second)]).toEqual(['good', 'good'])
      await revokeKey(deps, owner, made[0].key.id)
      expect([await confirm(verifier, first), await confirm(verifier, second)]).toEqual([
        'key_revoked',
        'good',
      ])
    })
  })
})
