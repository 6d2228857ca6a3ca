import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fastJson from 'fast-json-stringify'
import { expect, it } from 'vitest'

interface Operation {
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema?: object }>>

const FILE = new URL('../../../docs/reference/openapi.json', import.meta.url)
const { paths } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
)

// Each is compiled at the first request that needs it, so a start does not show that one cannot be.
it('every body and every answer of a route has a schema that compiles', () => {
  const ajv = new Ajv({ strict: false, logger: false })
  const faults: string[] = []
  const tryTo = (name: string, compile: () => unknown) => {
    try {
      compile()
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`)
    }
  }
  for (const { name, operation } of operations) {
    const body = operation.requestBody?.content['application/json']?.schema
    if (body) tryTo(name, () => ajv.compile(body))
    for (const [status, { content }] of Object.entries(operation.responses)) {
      const answer = content?.['application/json']?.schema
      if (answer) tryTo(`${name} ${status}`, () => fastJson(answer))
    }
  }
  expect(operations.length).toBeGreaterThan(100)
  expect(faults).toEqual([])
})
