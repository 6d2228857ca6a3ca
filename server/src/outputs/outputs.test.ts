import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { encodePng } from '../lib/png.ts'
import { encodeWav } from '../lib/wav.ts'
import { OutboundClient } from '../outbound/client.ts'
import { GenerationFailure } from '../providers/generation.ts'
import { type KeptOutput, OutputRefused, openOutputs, recordOutputs } from './outputs.ts'

const NEVER = new AbortController().signal
const DAY_MS = 86_400_000

function picture(width: number, height: number): Promise<Buffer> {
  return encodePng({ width, height, palette: [[1, 2, 3]], row: () => new Uint8Array(width) })
}

function image(id: string) {
  return { id, type: 'image_generate' }
}

/** Dependencies at a time of their own, with settings of their own. */
function at(deps: Deps, now: number, outputs: Partial<Deps['config']['outputs']> = {}): Deps {
  const config = { ...deps.config, outputs: { ...deps.config.outputs, ...outputs } }
  return { ...deps, config, now: () => now }
}

describe.each(DATABASES)('files that tasks make', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let files: Server
    let site: string
    let bytes: Buffer
    beforeAll(async () => {
      database = await openDeps(postgres)
      bytes = await picture(40, 30)
      files = createServer((request, response) => {
        if (request.url === '/picture') response.end(bytes)
        else if (request.url === '/page') response.end('<!doctype html><script>alert(1)</script>'.padEnd(99))
        else if (request.url === '/elsewhere') response.writeHead(302, { location: '/picture' }).end()
        else if (request.url === '/cut')
          response.writeHead(200, { 'content-length': 999 }).end('x', () => response.destroy())
        else response.writeHead(500).end()
      }).listen(0, '127.0.0.1')
      await once(files, 'listening')
      site = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
    })
    afterAll(async () => {
      files?.close()
      await database?.remove()
    })

    const open = (deps: Deps) => openOutputs(deps, new OutboundClient(deps.config))
    const record = async (deps: Deps, ...kept: KeptOutput[]) =>
      recordOutputs(deps, { id: 'gen_1', organizationId: 'org' }, kept)
    const linkOf = (url: string) => {
      const { pathname, searchParams } = new URL(url, 'http://x')
      return {
        id: pathname.split('/')[2] as string,
        expires: searchParams.get('expires') as string,
        signature: searchParams.get('signature') as string,
      }
    }

    it('are kept as they are and read by their link, whole or in part, with the type that their bytes have', async () => {
      const outputs = open(database.own)
      outputs.begin('http://host:1')
      const kept = await outputs.keep(image('gen_1'), 0, { bytes, contentType: 'text/html' }, NEVER)
      expect(kept).toMatchObject({ contentType: 'image/png', width: 40, height: 30, size: bytes.length })
      await record(database.own, kept)
      const url = outputs.linkTo(kept.id)
      expect(url).toMatch(/^http:\/\/host:1\/files\/out_/)
      const file = await outputs.open(linkOf(url))
      expect(file).toMatchObject({ contentType: 'image/png', size: bytes.length })
      const read = async (first: number, last: number) =>
        Buffer.concat(await (await file.read({ first, last })).toArray())
      expect((await read(0, bytes.length - 1)).equals(bytes)).toBe(true)
      expect((await read(1, 3)).toString()).toBe('PNG')
    })

    it('are behind links that nobody can write or lengthen, and that say nothing about which files there are', async () => {
      const outputs = open(database.own)
      const kept = await outputs.keep(image('gen_2'), 0, { bytes, contentType: '' }, NEVER)
      await record(database.own, kept)
      const good = linkOf(outputs.linkTo(kept.id))
      const code = (link: typeof good, deps = database.own) =>
        open(deps)
          .open(link)
          .then(
            () => 'opened',
            (error: { code: string }) => error.code,
          )
      expect(await code(good)).toBe('opened')
      for (const forged of [
        { ...good, signature: '' },
        { ...good, signature: good.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) },
        { ...good, expires: `${Number(good.expires) + 1}` },
        { ...good, id: 'out_none' },
      ])
        expect(await code(forged)).toBe('file_link_invalid')
      const other = { ...database.own, secrets: { ...database.own.secrets, sessionSecret: 'x'.repeat(32) } }
      expect(await code(good, other)).toBe('file_link_invalid')
      const late = Number(good.expires) * 1000
      expect(await code(good, at(database.own, late - 1))).toBe('opened')
      expect(await code(good, at(database.own, late))).toBe('file_link_expired')
      expect(await code(linkOf(outputs.linkTo('out_none')))).toBe('not_found')
    })

    it('are refused when they are no file of a known kind, too large, or pictures that burst a viewer', async () => {
      const outputs = open(at(database.own, Date.now(), { maxBytes: 2000, maxPixels: 1_000_000 }))
      const refused = async (content: Buffer, contentType = 'image/png') => {
        await expect(outputs.keep(image('gen_3'), 0, { bytes: content, contentType }, NEVER)).rejects.toThrow(
          OutputRefused,
        )
      }
      await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'.padEnd(99)), 'image/svg+xml')
      await refused(Buffer.from('<script>alert(1)</script>'.padEnd(99)), 'text/html')
      await refused(Buffer.alloc(0))
      await refused(Buffer.concat([bytes, Buffer.alloc(2000)]))
      const bomb = Buffer.from(bytes)
      bomb.writeUInt32BE(60_000, 16)
      bomb.writeUInt32BE(60_000, 20)
      await refused(bomb)
    })

    it('are of the kind that was asked for, whatever the provider made and says', async () => {
      const outputs = open(database.own)
      const made = {
        image: { bytes, contentType: 'video/mp4' },
        video: { bytes: Buffer.from(`${'\0'.repeat(4)}ftypisom`.padEnd(99)), contentType: 'image/png' },
        audio: { bytes: encodeWav(8000, 8000, () => 0), contentType: '' },
        text: { bytes: Buffer.from('Once upon a time'), contentType: 'text/plain' },
      }
      const tasks = ['image_generate', 'image_edit', 'video_generate', 'audio_generate', 'text_generate']
      for (const type of tasks) {
        for (const [kind, file] of Object.entries(made)) {
          const kept = outputs.keep({ id: 'gen_3', type }, 0, file, NEVER)
          if (type.startsWith(kind)) expect((await kept).contentType).toMatch(new RegExp(`^${kind}/`))
          else await expect(kept).rejects.toThrow(OutputRefused)
        }
      }
    })

    it('are fetched from hosts that the operator named, never from a private one that he did not, and never by a redirect', async () => {
      const outputs = open(database.own)
      const fetchFrom = (path: string, trusted?: boolean) =>
        outputs.keep(image('gen_4'), 0, { url: site + path, ...(trusted && { trusted }) }, NEVER)
      expect(await fetchFrom('/picture', true)).toMatchObject({ contentType: 'image/png', width: 40 })
      await expect(fetchFrom('/picture')).rejects.toThrow(OutputRefused)
      await expect(fetchFrom('/page', true)).rejects.toThrow(OutputRefused)
      for (const path of ['/elsewhere', '/cut', '/broken'])
        await expect(fetchFrom(path, true)).rejects.toThrow(GenerationFailure)
    })

    it('are removed when their time is over, and when no task recorded them; what a task has stays', async () => {
      const now = Date.now()
      const begun = at(database.own, now, { retentionDays: 30 })
      const outputs = open(begun)
      const [expiring, lost, kept, given] = await Promise.all(
        [0, 1, 2, 3].map((position) =>
          outputs.keep(image('gen_5'), position, { bytes, contentType: '' }, NEVER),
        ),
      )
      if (!expiring || !lost || !kept || !given) throw new Error('It kept nothing')
      await record(begun, expiring)
      await record(database.own, kept)
      await outputs.discard([given])
      const day = new Date(now).toISOString().slice(0, 10)
      const there = () => readdirSync(join(database.dir, 'outputs', day))
      expect(there()).toEqual(expect.arrayContaining([expiring.id, lost.id, kept.id]))
      expect(there()).not.toContain(given.id)
      await open(at(database.own, now + DAY_MS)).prune(NEVER)
      expect(there()).toEqual(expect.arrayContaining([expiring.id, lost.id, kept.id]))
      await open(at(database.own, now + 2 * DAY_MS)).prune(NEVER)
      expect(there()).not.toContain(lost.id)
      await open(at(database.own, now + 30 * DAY_MS)).prune(NEVER)
      expect(there()).not.toContain(expiring.id)
      expect(there()).toContain(kept.id)
      expect(await database.raw(`SELECT id FROM outputs WHERE id = '${expiring.id}'`)).toEqual([])
    })

    it('are removed though hundreds before them cannot be, which are tried again later', async () => {
      // A time of its own, before that of every other test's files.
      const then = Date.now() - 100 * DAY_MS
      const begun = at(database.own, then, { retentionDays: 1 })
      const outputs = open(begun)
      const [last, lost] = await Promise.all(
        [0, 1].map((position) => outputs.keep(image('gen_6'), position, { bytes, contentType: '' }, NEVER)),
      )
      if (!last || !lost) throw new Error('It kept nothing')
      const day = new Date(then).toISOString().slice(0, 10)
      // A directory is no file that could be removed, and of the other storage nothing is known any more.
      const stuck = Array.from({ length: 210 }, (_, index) => {
        const id = `out_000${String(index).padStart(3, '0')}`
        return { ...last, id, place: index % 2 ? `s3:${day}/${id}` : `local:${day}` }
      })
      await record(begun, ...stuck, last)
      await open(at(database.own, then + 2 * DAY_MS)).prune(NEVER)
      expect(readdirSync(join(database.dir, 'outputs', day))).toEqual([])
      const left = await database.raw(`SELECT count(*) AS n FROM outputs WHERE id LIKE 'out_000%'`)
      expect(Number(left[0]?.n)).toBe(210)
      expect(await database.raw(`SELECT id FROM outputs WHERE id = '${last.id}'`)).toEqual([])
    })
  })
})
