import { TranslationError } from './translation-error.ts'
import { asObject, asText, asTextOrNull, isObject, type JsonObject, present } from './wire.ts'

/** `response_format` of a chat request, from `text.format` or, as EU GPT allows, from `response_format`. */
export function chatFormat(body: JsonObject): JsonObject | undefined {
  const format = requestedFormat(body)
  if (format === undefined || format.type === 'text') return undefined
  if (format.type !== 'json_schema') return format
  const { name, description, schema, strict } = schemaOf(format)
  if (!isObject(schema)) {
    const param = isObject(asObject(body.text).format)
      ? 'text.format.schema'
      : 'response_format.json_schema.schema'
    throw new TranslationError(`${param} must be a JSON schema`, param)
  }
  const named = typeof name === 'string' && name !== '' ? name : 'response'
  return { type: 'json_schema', json_schema: present({ name: named, description, schema, strict }) }
}

/** The text settings as a Response repeats them. */
export function echoText(body: JsonObject): JsonObject {
  const verbosity = asTextOrNull(asObject(body.text).verbosity) ?? 'medium'
  return { format: echoFormat(requestedFormat(body)), verbosity }
}

function echoFormat(format: JsonObject | undefined): JsonObject {
  if (format?.type === 'json_object') return { type: 'json_object' }
  if (format?.type !== 'json_schema') return { type: 'text' }
  const { name, description, schema, strict } = schemaOf(format)
  return {
    type: 'json_schema',
    name: asText(name) || 'response',
    ...(typeof description === 'string' && { description }),
    schema: asObject(schema),
    strict: strict === true,
  }
}

function requestedFormat(body: JsonObject): JsonObject | undefined {
  const format = asObject(body.text).format ?? body.response_format
  return isObject(format) ? format : undefined
}

// The Responses form is flat, the chat form nests under json_schema; either may arrive in either field.
function schemaOf(format: JsonObject): JsonObject {
  return isObject(format.json_schema) ? format.json_schema : format
}
