import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../server/src/config/config.ts'
import { variables } from '../../server/src/config/environment.ts'
import { ConfigSchema } from '../../server/src/config/schema.ts'
import { CATALOGUE, type CatalogueEntry } from '../../server/src/errors.ts'
import { clientTypes } from './client-types.ts'
import { configPage, exampleFile, type SettingNode } from './config-page.ts'
import { errorsPage } from './errors-page.ts'
import { type OpenApiDocument, openApiDocument } from './openapi.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const document = JSON.parse(read('docs/reference/openapi.json')) as OpenApiDocument
/** What the example takes from the environment. */
const ENVIRONMENT = {
  METRICS_TOKEN: 'a token of some length',
  MISTRAL_API_KEY: 'sk-1',
  SMTP_PASSWORD: 'a password',
  OIDC_CLIENT_SECRET: 'a secret',
  STUDIO_API_KEY: 'studio-1',
  S3_ACCESS_KEY_ID: 'access',
  S3_SECRET_ACCESS_KEY: 'secret',
}
const folder = mkdtempSync(join(tmpdir(), 'claviger-reference-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The rows of a page's tables that begin with code, as plain cells. */
function rowsOf(page: string): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) =>
      cells.map((cell) =>
        cell
          .trim()
          .replaceAll('`', '')
          .replaceAll(/\\([|<])/g, '$1'),
      ),
    )
}

describe('docs/reference/errors.md', () => {
  const rows = rowsOf(read('docs/reference/errors.md'))
  const catalogue = Object.entries(CATALOGUE) as [string, CatalogueEntry][]

  it('is what the code gives: `npm run generate` was run', () => {
    expect(read('docs/reference/errors.md')).toBe(errorsPage())
  })

  it('has every code of the catalogue, and no other', () => {
    expect(rows.map(([code]) => code).toSorted()).toEqual(catalogue.map(([code]) => code).toSorted())
  })

  it.each(catalogue)('says of %s what the server says', (name, entry) => {
    const [, status, message, type, envelope, router, challenge, again] =
      rows.find(([code]) => code === name) ?? []
    const said = { status, message, type, envelope, routerType: router }
    const { challenge: reason, retry, statuses = {}, ...fields } = entry
    const own = Object.entries(statuses).map(([surface, other]) => `, ${surface}: ${other}`)
    expect(said).toEqual({ ...fields, status: `${entry.status}${own.join('')}` })
    expect(
      challenge === '' ? undefined : challenge?.replace(/^.*error="(.*)".*$|^[^,]*$/, '$1') || 'none',
    ).toBe(reason)
    if (retry === false) expect(again).toMatch(/^no/)
    if (entry.status < 500 && ![408, 429].includes(entry.status)) expect(again).toBe('no')
  })
})

describe('docs/reference/openapi.json', () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path)) as Operation[]

  interface Operation {
    readonly parameters?: readonly { name: string; required?: boolean; schema: { default?: unknown } }[]
    readonly responses: Readonly<Record<string, { readonly description: string }>>
  }

  it('names errors of the catalogue only, each under its own status', () => {
    let named = 0
    for (const { responses } of operations) {
      for (const [status, { description }] of Object.entries(responses)) {
        for (const [, code] of status < '400' ? [] : description.matchAll(/(?:^|; )`([a-z_]+)`:/g)) {
          expect(CATALOGUE).toHaveProperty(code ?? '')
          const { status: usual, statuses = {} }: CatalogueEntry = CATALOGUE[code as keyof typeof CATALOGUE]
          expect([usual, ...Object.values(statuses)]).toContain(Number(status))
          named++
        }
      }
    }
    expect(named).toBeGreaterThan(100)
  })

  it('a parameter with a default may be left out', () => {
    const withDefault = operations.flatMap(({ parameters = [] }) =>
      parameters.filter(({ schema }) => 'default' in schema),
    )
    expect(withDefault.length).toBeGreaterThan(3)
    expect(withDefault.filter(({ required }) => required)).toEqual([])
  })

  it('is the same on every machine: neither environment nor working directory gets into it', async () => {
    const before = process.cwd()
    writeFileSync(
      join(folder, 'claviger.yaml'),
      'brand: Another\nkeys: { prefix: other }\npublicUrl: http://x.test\n',
    )
    process.chdir(folder)
    process.env.CLAVIGER_BRAND = 'Another'
    process.env.PORT = '1'
    try {
      const made = await openApiDocument()
      expect(made).not.toHaveProperty('servers')
      expect(JSON.stringify(made)).not.toMatch(/Another|other_|127\.0\.0\.1|localhost/)
      expect(JSON.stringify(await openApiDocument())).toBe(JSON.stringify(made))
    } finally {
      process.chdir(before)
      delete process.env.CLAVIGER_BRAND
      delete process.env.PORT
    }
  })

  it('gives the SDK its types', async () => {
    expect(read('sdk/src/generated/api.ts')).toBe(await clientTypes(document))
  })
})

describe('docs/reference/config.md', () => {
  const page = read('docs/reference/config.md')
  const rows = rowsOf(page)
  const settings = leavesOf(ConfigSchema as unknown as SettingNode, '')

  it('is what the code gives: `npm run generate` was run', () => {
    expect(page).toBe(configPage())
  })

  it('has every setting of the schema, and no other', () => {
    const named = rows.map(([name]) => name ?? '').filter((name) => !/^CLAVIGER_/.test(name))
    expect(named.toSorted()).toEqual(settings.toSorted())
  })

  it('has the environment’s name of every setting that has one', () => {
    for (const { path, names } of variables(ConfigSchema)) {
      const row = rows.find(([name]) => name === path.join('.'))
      expect(row?.[1]).toBe(names.join(', '))
    }
  })

  it('describes every setting', () => {
    expect(rows.filter((row) => (row.at(-1) ?? '').length < 5)).toEqual([])
  })

  it('its example is a configuration that the server takes, with every setting in it', () => {
    const file = join(folder, 'example.yaml')
    writeFileSync(file, exampleFile())
    const config = loadConfig(file, ENVIRONMENT)
    expect(config.providers[0]?.apiKey).toBe('sk-1')
    const missing = settings.filter((path) => !reaches(config, path))
    expect(missing).toEqual([])
  })

  it('its example keeps to the defaults where there are any', () => {
    const file = join(folder, 'empty.yaml')
    writeFileSync(file, '')
    const { dataDir: _, ...defaults } = loadConfig(file, {})
    writeFileSync(file, exampleFile())
    const example = loadConfig(file, ENVIRONMENT)
    const { providers: _p, models: _m, auto: _a, auth, ...plain } = defaults
    const { oidc: _o, ...people } = auth
    expect(example).toMatchObject({ ...plain, auth: people })
  })

  /** The paths of all plain settings; an entry of a list is written `[]`. */
  function leavesOf(node: SettingNode, path: string): string[] {
    if (node.properties) {
      return Object.entries(node.properties).flatMap(([name, child]) =>
        leavesOf(child, path === '' ? name : `${path}.${name}`),
      )
    }
    return node.items?.properties ? leavesOf(node.items, `${path}[]`) : [path]
  }

  /** Whether the path leads to a value, by some entry of each list on the way. */
  function reaches(value: unknown, path: string): boolean {
    let found: unknown[] = [value]
    for (const part of path.split('.')) {
      const name = part.replace('[]', '')
      found = found.map((item) => (item as Record<string, unknown>)?.[name])
      if (part.endsWith('[]')) found = found.flatMap((list) => (Array.isArray(list) ? list : []))
      found = found.filter((item) => item !== undefined)
    }
    return found.length > 0
  }
})
