import { Ajv, type ValidateFunction } from 'ajv'
import fastJson from 'fast-json-stringify'
import type { FastifyInstance } from 'fastify'

/**
 * What checks requests and writes answers by the schemas of the routes. Each is compiled at the first request that needs
 * it: all of them together were half of what a start took.
 */
export function setCompilers(app: FastifyInstance): void {
  // Fastify's own Ajv turns null into 0 and drops what it does not know; a money field must do neither.
  const options = { allErrors: false, removeAdditional: false, useDefaults: true, strict: false } as const
  const strict = new Ajv({ ...options, coerceTypes: false })
  const text = new Ajv({ ...options, coerceTypes: true })
  app.setValidatorCompiler(({ schema, httpPart }) =>
    checking(() => (httpPart === 'body' ? strict : text).compile(schema as object)),
  )
  app.setSerializerCompiler(({ schema }) => writing(() => fastJson(schema as object)))
}

function checking(compile: () => ValidateFunction): (data: unknown) => boolean {
  let compiled: ValidateFunction | undefined
  const check = (data: unknown): boolean => {
    compiled ??= compile()
    const isValid = compiled(data) as boolean
    check.errors = compiled.errors
    return isValid
  }
  check.errors = undefined as ValidateFunction['errors']
  return check
}

function writing(compile: () => (data: unknown) => string): (data: unknown) => string {
  let compiled: ((data: unknown) => string) | undefined
  return (data) => {
    compiled ??= compile()
    return compiled(data)
  }
}
