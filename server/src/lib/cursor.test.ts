import { describe, expect, it } from 'vitest'
import { readCursor, writeCursor } from './cursor.ts'

describe('cursor', () => {
  it('A position comes back as it was written, whatever letters are in it', () => {
    const position = [1_700_000_000_000, 'Zoë – "x" 🔑']
    expect(readCursor(writeCursor(position), ['number', 'string'])).toEqual(position)
  })

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['of another list', writeCursor(['a', 'b'])],
    ['too long', writeCursor([1, 'a', 'b'])],
    ['no array', Buffer.from('{"length":2}').toString('base64url')],
    ['a number that no column holds', writeCursor([1e300, 'a'])],
    ['a fraction', writeCursor([1.5, 'a'])],
    ['a NUL', writeCursor([1, 'a\u0000'])],
    ['half a character', Buffer.from('[1,"\\ud800"]').toString('base64url')],
  ])('A text that is %s is no cursor', (_, text) => {
    expect(readCursor(text, ['number', 'string'])).toBeUndefined()
  })
})
