import type { TProperties } from 'typebox'
import { Type } from '../lib/schema.ts'

/** Of what stands in addresses, logs and rows. */
export const NAME = '^[a-z0-9][a-z0-9._-]{0,62}$'
export const Url = (description: string) => Type.String({ description, pattern: '^https?://[^\\s/]+' })
export const Name = (description: string) => Type.String({ description, pattern: NAME })
export const Decimal = (description: string) =>
  Type.String({ description, pattern: '^\\d{1,9}(\\.\\d{1,9})?$' })
export const Milliseconds = (description: string, fallback: number) =>
  Type.Integer({ description, minimum: 1, maximum: 86_400_000, default: fallback })

/** A part of the configuration; absent, it has its defaults. */
export function group<P extends TProperties>(description: string, properties: P) {
  return Type.Object(properties, { description, additionalProperties: false, default: {} })
}
