import { describe, expect, it } from 'vitest'
import { mediaOf } from './media.ts'
import { encodeWav } from './wav.ts'

/** Smallest files of other makers, cut after their headers and padded. */
const FILES: readonly (readonly [string, string, object])[] = [
  [
    'GIF',
    `474946383961${'2c01c800'}800000${'00'.repeat(40)}`,
    { contentType: 'image/gif', width: 300, height: 200 },
  ],
  [
    'JPEG with a picture of itself before its own frame',
    `ffd8ffe00010${'4a46494600'}${'00'.repeat(9)}ffe10012ffd8ffc0000801000100ff${'00'.repeat(5)}ffc20011080240032003${'00'.repeat(20)}`,
    { contentType: 'image/jpeg', width: 800, height: 576 },
  ],
  [
    'WebP, lossy',
    `52494646${'24000000'}5745425056503820${'18000000'}300100${'9d012a'}40012001${'00'.repeat(20)}`,
    { contentType: 'image/webp', width: 320, height: 288 },
  ],
  [
    'WebP, lossless',
    `52494646${'24000000'}574542505650384c${'18000000'}2f${'3f81c700'}${'00'.repeat(20)}`,
    { contentType: 'image/webp', width: 320, height: 799 },
  ],
  [
    'WebP, extended',
    `52494646${'24000000'}5745425056503858${'0a000000'}10000000${'3f0100'}${'1f0100'}${'00'.repeat(20)}`,
    { contentType: 'image/webp', width: 320, height: 288 },
  ],
  ['MP4', `00000020667479706973${'6f6d'}${'00'.repeat(60)}`, { contentType: 'video/mp4' }],
  ['MP3', `fffb9064${'00'.repeat(80)}`, { contentType: 'audio/mpeg' }],
]

describe('the type and the size of a file', () => {
  it.each(FILES)('are read from the bytes of a %s', (_, hex, expected) => {
    expect(mediaOf(Buffer.from(hex, 'hex'))).toEqual(expected)
  })

  it('of a sound are never longer than its bytes, never below nothing, and unknown where its header cannot be', () => {
    const sound = (change: (bytes: Buffer) => void, length = 44 + 16_000) => {
      const bytes = encodeWav(8000, 8000, () => 0)
      change(bytes)
      return mediaOf(bytes.subarray(0, length))?.durationMs
    }
    const says = (size: number) => (bytes: Buffer) => bytes.writeUInt32LE(size, 40)
    expect(sound(() => {})).toBe(1000)
    expect(sound(says(8000))).toBe(500)
    for (const size of [0, 16_001, 0x8000_0000, 0xffff_ffff])
      expect([size, sound(says(size))]).toEqual([size, 1000])
    for (const length of [40, 41, 43, 44]) expect(sound(() => {}, length)).toBe(0)
    expect(sound((bytes) => bytes.writeUInt32LE(0, 28))).toBeUndefined()
    const slow = Buffer.concat([encodeWav(8000, 8000, () => 0), Buffer.alloc(100_000)])
    slow.writeUInt32LE(1, 28)
    slow.writeUInt32LE(0, 40)
    expect(mediaOf(slow)).toEqual({ contentType: 'audio/wav' })
  })

  it('are unknown of pages, programs and everything that is cut off, at every length', () => {
    for (const text of ['<!doctype html><script>alert(1)</script>', '<svg xmlns="…"/>', '%PDF-1.7', 'MZ\x90'])
      expect(mediaOf(Buffer.from(text.padEnd(100)))).toBeUndefined()
    for (const [, hex] of FILES) {
      const bytes = Buffer.from(hex, 'hex')
      for (let length = 0; length < bytes.length; length++) mediaOf(bytes.subarray(0, length))
      expect(mediaOf(bytes.subarray(0, 9))).toBeUndefined()
    }
  })
})
