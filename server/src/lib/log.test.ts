import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { makeSecret } from '../keys/secret.ts'
import { findSecrets } from './key-text.ts'
import { createLog } from './log.ts'

const folder = mkdtempSync(join(tmpdir(), 'claviger-log-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

/** What a logger writes for one call. */
async function written(level: string, write: (log: ReturnType<typeof createLog>) => void): Promise<string> {
  const file = join(folder, `${files++}.log`)
  const log = createLog(level, file)
  write(log)
  log.fatal('the end')
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('the end'), { timeout: 10_000 })
  return readFileSync(file, 'utf8')
}

it('No key’s text reaches the log, wherever it stands and whatever it is stuck to', async () => {
  const secret = makeSecret('eugpt')
  const random = secret.split('_')[1] as string
  const places = [
    { text: `Invalid key ${secret}` },
    { [secret]: 1 },
    { deep: { list: [secret, `x=${secret}&y`] } },
    { error: new Error(`duplicate value (${secret})`) },
    { stuck: `cache_${secret}_1` },
    { lines: `a\n${secret}\n\u001b[0m${secret}` },
    { digit: `7${secret}` },
    { capital: `KEY${secret}` },
    { query: `/v1?k=${encodeURIComponent(secret).replace('_', '%5F')}` },
    { twice: `${secret}${secret}` },
  ]
  const text = await written('info', (log) => {
    for (const place of places) log.info(place, `note ${secret}`)
  })
  expect(text.split('\n').filter(Boolean)).toHaveLength(places.length + 1)
  expect(findSecrets(text)).toEqual([])
  expect(text).not.toContain(random)
  expect(text).toContain('[removed]')
})

it('Credentials in known fields are removed even when they are no keys of ours', async () => {
  const text = await written('info', (log) => {
    log.info({
      authorization: 'Bearer sk-foreign',
      headers: { cookie: 'session=abc', authorization: 'Basic eDp5' },
    })
  })
  expect(text).not.toMatch(/sk-foreign|session=abc|eDp5/)
})

it('Ids, digests and ordinary words are left as they are', async () => {
  const line = { request: 'req_01kb2c3d4e5f6g7h8j9kmnpqrs', key: 'a'.repeat(32), digest: 'f0'.repeat(32) }
  const text = await written('info', (log) => log.info(line, 'request'))
  expect(text).toContain(JSON.stringify(line).slice(1, -1))
})

it('Every line is one JSON object, and lines below the level are not written', async () => {
  const text = await written('warn', (log) => {
    log.info('hidden')
    log.warn('a\nb')
  })
  const lines = text.split('\n').filter(Boolean)
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['a\nb', 'the end'])
})
