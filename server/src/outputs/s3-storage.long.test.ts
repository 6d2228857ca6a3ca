import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type S3Server, startS3 } from '../../test/support/s3.ts'
import { s3Storage } from './s3-storage.ts'
import type { Storage } from './storage.ts'

// Long for the one who fetches the server first: it is built from its sources.
describe.skipIf(!process.env.S3)('a bucket (S3 server)', () => {
  let server: S3Server
  let storage: Storage
  const settings = (more: object = {}) => ({
    ...{ ...server, region: 'us-east-1', prefix: 'a/b/', pathStyle: true },
    ...more,
  })
  beforeAll(async () => {
    server = await startS3(process.env.S3 as string)
    storage = s3Storage(settings())
  })
  afterAll(() => server?.stop())

  it('keeps bytes, gives them back whole or in part, lists a day, and forgets what is removed', async () => {
    const all = Buffer.from('0123456789')
    await storage.put('2026-11-22/out_1', all, 'image/png')
    await storage.put('2026-11-22/out_2', all, 'image/png')
    await storage.put('2026-11-23/out_3', all, 'image/png')
    const read = async (first: number, last: number) => {
      const stream = await storage.open('2026-11-22/out_1', { first, last })
      return stream && text(stream)
    }
    expect(await read(0, 9)).toBe('0123456789')
    expect(await read(2, 4)).toBe('234')
    const day = ['2026-11-22/out_1', '2026-11-22/out_2']
    expect(await Array.fromAsync(storage.list('2026-11-22'))).toEqual(day)
    await storage.remove('2026-11-22/out_1')
    await storage.remove('2026-11-22/out_1')
    expect(await read(0, 9)).toBeUndefined()
  })

  it('is an error that names no credential when the service refuses ours', async () => {
    const stranger = s3Storage(settings({ secretAccessKey: 'another-secret' }))
    const put = stranger.put('2026-11-22/out_4', Buffer.from('x'), 'image/png')
    await expect(put).rejects.toThrow(/^The storage answered 403 to a write$/)
    await expect(stranger.open('2026-11-22/out_2', { first: 0, last: 0 })).rejects.toThrow(/403/)
  })
})
