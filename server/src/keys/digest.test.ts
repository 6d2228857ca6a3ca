import { createHash, createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { createDigester } from './digest.ts'
import { makeSecret } from './secret.ts'

const old = { version: 1, key: Buffer.from('old-pepper-0123456789-abcdefghijklmnop') }
const newest = { version: 2, key: Buffer.from('new-pepper-0123456789-abcdefghijklmnop') }

it('A stored digest is HMAC-SHA-256 of the text under the newest pepper, with that pepper’s version', () => {
  const secret = makeSecret('cvg')
  const expected = createHmac('sha256', newest.key).update(secret).digest('hex')
  expect(createDigester([newest, old]).newest(secret)).toEqual({ digest: expected, version: 2 })
})

it('A look-up knows the digest under every pepper, the newest first', () => {
  const secret = makeSecret('cvg')
  const one = (pepper: typeof old) => createDigester([pepper]).newest(secret).digest
  expect(createDigester([newest, old]).all(secret)).toEqual([one(newest), one(old)])
})

it('Without the pepper nobody can make the digest of a key of his own', () => {
  const secret = makeSecret('cvg')
  const { digest } = createDigester([old]).newest(secret)
  expect(digest).not.toBe(createHash('sha256').update(secret).digest('hex'))
  expect(digest).not.toBe(createDigester([newest]).newest(secret).digest)
})

it('Without any pepper nothing is digested', () => {
  expect(() => createDigester([])).toThrow('No pepper')
})
