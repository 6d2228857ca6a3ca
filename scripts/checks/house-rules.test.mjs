import { expect, test } from 'vitest'
import { breaches } from './house-rules.mjs'
import { parseSource } from './sources.mjs'

const found = (path, text) => breaches(parseSource(path, text)).length

test.each([
  'process.env.PORT',
  "process['env'].PORT",
  'const { PORT } = process.env',
  "import { env } from 'node:process'",
])('reading the environment is seen: %s', (text) => {
  expect(found('server/src/keys/keys.ts', text)).toBe(1)
  expect(found('server/src/config/environment.ts', text)).toBe(0)
  expect(found('server/src/keys/keys.test.ts', text)).toBe(0)
  expect(found('scripts/generate.ts', text)).toBe(0)
})

test.each([
  "await fetch('https://example.com')",
  "globalThis.fetch('https://example.com')",
  "import { request } from 'undici'",
  'http.request(options)',
])('an outbound request is seen: %s', (text) => {
  expect(found('server/src/gateway/send.ts', text)).toBe(1)
  expect(found('server/src/providers/openai/send.ts', text)).toBe(0)
  expect(found('sdk/src/client.ts', text)).toBe(0)
})

test.each([
  "import type { Dispatcher } from 'undici'",
  'deps.fetch(url)',
  '// process.env and fetch() in a comment',
  "const text = 'process.env'",
])('what only looks like it is left alone: %s', (text) => {
  expect(found('server/src/gateway/send.ts', text)).toBe(0)
})
