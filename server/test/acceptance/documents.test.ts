import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, type Server } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url))

/** What a reader may be told of: not what a decision was, nor how a seed document is checked. */
function documents(): string[] {
  return ['', 'guides/', 'reference/'].flatMap((folder) =>
    readdirSync(`${DOCS}/${folder}`)
      .filter((file) => file.endsWith('.md') && file !== 'README.md')
      .map((file) => folder + file),
  )
}

afterAll(stopAll)

describe('the documents', () => {
  let installation: Installation
  let server: Server
  beforeAll(async () => {
    installation = await install({ brand: 'Example AI' })
    server = await installation.start()
  }, 60_000)
  afterAll(() => installation?.remove())
  const get = (path: string) => fetch(`${server.url}${path}`)

  it('/llms.txt lists each of them, and under the brand of the server each can be read', async () => {
    const list = await get('/llms.txt')
    expect([list.status, list.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    const text = await list.text()
    expect(text.startsWith('# Example AI\n')).toBe(true)
    const addresses = [...text.matchAll(/\]\((.+?)\)/g)].map(([, address]) => address as string)
    const named = documents().map((path) => `/docs/${path}`)
    expect(addresses.toSorted()).toEqual([...named, '/openapi.json', '/docs'].toSorted())
    for (const address of addresses) {
      const page = await get(address)
      expect([address, page.status]).toEqual([address, 200])
      if (!address.endsWith('.md')) continue
      expect(page.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
      expect(await page.text()).not.toMatch(/\bClaviger\b/)
    }
  })

  it('a link from one of them to another leads to a page that is there', async () => {
    for (const path of documents()) {
      const from = `${server.url}/docs/${path}`
      const links = [...(await (await fetch(from)).text()).matchAll(/\]\(([^):#]+\.md)(?:#[^)]*)?\)/g)]
      for (const [, link] of links) {
        const to = new URL(link as string, from)
        if (to.pathname.startsWith('/docs/'))
          expect([path, link, (await fetch(to)).status]).toEqual([path, link, 200])
      }
    }
  })

  it('nothing else on the disk of the server is served with them', async () => {
    const out = ['../README.md', '%2e%2e/README.md', '..%2fREADME.md', 'guides/..%2f..%2fREADME.md']
    for (const path of [
      ...out,
      'decisions/2026-11-22-run-from-source.md',
      'none.md',
      'reference/openapi.json',
    ])
      expect([path, (await get(`/docs/${path}`)).status]).toEqual([path, 404])
  })
})
