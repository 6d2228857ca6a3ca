import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { qrCode } from './qr-code.ts'

const digestOf = (text: string) => {
  const rows = qrCode(text).map((row) => row.map(Number).join(''))
  return createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16)
}

// The digests are of codes that agree, module by module, with those of another encoder (uqr 0.1.3, level M).
test.each([
  ['one block', 'otpauth://totp/a?secret=JBSWY3DPEHPK3PXP', 29, 'd98e499e74a37979'],
  ['several blocks of two lengths, and the words of the version', 'x'.repeat(150), 49, '9782fa7f0642d3e6'],
  ['a count of sixteen bits', 'é'.repeat(120), 61, 'e48eea67ac260efb'],
])('a QR code with %s is the one that the standard prescribes', (_, text, size, digest) => {
  expect(qrCode(text)).toHaveLength(size)
  expect(digestOf(text)).toBe(digest)
})

test('a text that no code of ours holds is refused rather than cut', () => {
  expect(() => qrCode('x'.repeat(413))).toThrow(RangeError)
})
