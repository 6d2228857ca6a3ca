import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import { afterAll, expect, test } from 'vitest'

const { forbidden, options } = createRequire(import.meta.url)('../import-rules.cjs')
const root = fileURLToPath(new URL('..', import.meta.url))
const trees = []

afterAll(() => {
  for (const tree of trees) rmSync(tree, { recursive: true, force: true })
})

const LAWFUL = {
  'server/src/errors.ts': `import { id } from './lib/ids.ts'\nexport const error = id`,
  'server/src/deps.ts': `import type { Tables } from './storage/tables.ts'\nexport type Deps = Tables`,
  'server/src/lib/ids.ts': 'export const id = 1',
  'server/src/config/config.ts': `import '../lib/ids.ts'`,
  'server/src/storage/tables.ts': 'export type Tables = string',
  'server/src/storage/open.ts': `import 'pg'\nimport 'kysely'\nimport '../errors.ts'`,
  'server/src/audit/audit.store.ts': `import { sql } from 'kysely'\nimport '../storage/open.ts'\nexport const append = sql`,
  'server/src/audit/audit.ts': `import { append } from './audit.store.ts'\nimport type { Tables } from '../storage/tables.ts'\nimport type { Deps } from '../deps.ts'\nexport const audit = append as unknown as Tables | Deps`,
  'server/src/keys/keys.ts': `import '../audit/audit.ts'\nexport type Key = string`,
  'server/src/keys/verify.ts': 'export const verify = 1',
  'server/src/keys/keys.test.ts': `import './keys.ts'\nimport '../storage/open.ts'\nimport 'pg'`,
  'server/src/gateway/gateway.ts': `import '../keys/verify.ts'\nimport type { Key } from '../keys/keys.ts'\nexport type G = Key`,
  'server/src/http/server.ts': `import '../gateway/gateway.ts'\nimport '../keys/keys.ts'`,
  'server/src/operator/serve.ts': `import '../app.ts'\nimport '../storage/open.ts'`,
  'server/src/app.ts': `import './http/server.ts'\nimport './storage/open.ts'`,
  'server/src/main.ts': `import './operator/serve.ts'`,
  'server/test/acceptance/keys.test.ts': `import '../support/process.ts'`,
  'server/test/support/process.ts': 'export {}',
  'sdk/src/client.ts': 'export {}',
  'cli/src/main.ts': `import '../../sdk/src/client.ts'`,
  'cli/src/operator.ts': `await import('../../server/src/main.ts')`,
}

const FAULTS = [
  [
    'no-cycles',
    'server/src/keys/a.ts',
    `import type { B } from './b.ts'\nexport type A = B`,
    { 'server/src/keys/b.ts': `import type { A } from './a.ts'\nexport type B = A` },
  ],
  ['lib-is-a-leaf', 'server/src/lib/x.ts', `import '../errors.ts'`],
  ['errors-and-deps-are-low', 'server/src/deps.ts', `import '../src/keys/keys.ts'`],
  ['folder-without-a-row', 'server/src/novelty/x.ts', `import '../errors.ts'`],
  [
    'audit-imports',
    'server/src/audit/x.ts',
    `import type { Key } from '../keys/keys.ts'\nexport type X = Key`,
  ],
  ['usage-imports', 'server/src/usage/x.ts', `import '../keys/keys.ts'`],
  ['operator-imports', 'server/src/operator/x.ts', `import '../http/server.ts'`],
  ['storage-only-through-stores', 'server/src/keys/x.ts', `import '../storage/open.ts'`],
  ['sql-only-in-stores', 'server/src/keys/x.ts', `import { sql } from 'kysely'\nexport const x = sql`],
  ['database-drivers-only-in-storage', 'server/src/keys/x.store.ts', `import 'better-sqlite3'`],
  ['stores-are-private', 'server/src/keys/x.ts', `import '../audit/audit.store.ts'`],
  ['stores-are-private-to-folders', 'server/src/app.ts', `import './audit/audit.store.ts'`],
  [
    'http-without-stores',
    'server/src/http/x.ts',
    `import type { Tables } from '../storage/tables.ts'\nexport type X = Tables`,
  ],
  ['nothing-below-knows-http', 'server/src/main.ts', `import './http/server.ts'`],
  ['gateway-takes-verified-keys', 'server/src/gateway/x.ts', `import '../keys/keys.ts'`],
  ['composition-is-on-top', 'server/src/http/x.ts', `import '../app.ts'`],
  [
    'schemas-without-their-package',
    'server/src/keys/x.ts',
    `import { Type } from 'typebox'\nexport const x = Type`,
  ],
  [
    'sign-in-library-on-demand',
    'server/src/auth/x.ts',
    `import { openLibrary } from './library.ts'\nexport const x = openLibrary`,
    { 'server/src/auth/library.ts': 'export const openLibrary = 1' },
  ],
  ['tests-are-not-imported', 'server/src/keys/x.ts', `import './keys.test.ts'`],
  ['server-without-tests', 'server/src/keys/x.ts', `import '../../test/support/process.ts'`],
  ['clients-know-only-the-sdk', 'cli/src/x.ts', `import '../../server/src/errors.ts'`],
  ['one-door-to-the-operator', 'cli/src/x.ts', `await import('../../server/src/main.ts')`],
  ['one-door-to-the-operator', 'web/src/x.ts', `import '../../server/src/main.ts'`],
  ['cli-without-web', 'cli/src/x.ts', `import '../../web/src/app.ts'`, { 'web/src/app.ts': 'export {}' }],
  ['web-without-cli', 'web/src/x.ts', `import '../../cli/src/main.ts'`],
  ['sdk-stands-alone', 'sdk/src/x.ts', `import '../../server/src/errors.ts'`],
  ['acceptance-is-a-black-box', 'server/test/acceptance/x.test.ts', `import '../../src/errors.ts'`],
]

test('a lawful tree passes', async () => {
  expect(await brokenRules(LAWFUL)).toEqual([])
})

test.each(FAULTS)('%s is reported', async (rule, path, text, more = {}) => {
  expect(await brokenRules({ ...LAWFUL, ...more, [path]: text })).toContain(rule)
})

test('every rule has a planted fault, the rows of the table by example', () => {
  const planted = new Set(FAULTS.map(([rule]) => rule))
  const byHand = forbidden.map(({ name }) => name).filter((name) => !name.endsWith('-imports'))
  expect(byHand.filter((name) => !planted.has(name))).toEqual([])
})

async function brokenRules(files) {
  const tree = realpathSync(mkdtempSync(join(tmpdir(), 'claviger-imports-')))
  trees.push(tree)
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
  const { tsConfig, enhancedResolveOptions, ...others } = options
  const top = [...new Set(Object.keys(files).map((path) => path.split('/')[0]))]
  const { output } = await cruise(
    top,
    { ...others, baseDir: tree, validate: true, ruleSet: { forbidden } },
    enhancedResolveOptions,
  )
  return output.summary.violations.map(({ rule }) => rule.name)
}
