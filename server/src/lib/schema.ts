import type { TSchema, Type as TypeBox } from 'typebox'

/** What of TypeBox's builders this house uses; the types of a schema are TypeBox's own. */
type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Enum'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Pick'
  | 'Record'
  | 'String'
  | 'Union'
  | 'Unknown'
  | 'Unsafe'
>

type Schema = Readonly<Record<string, unknown>>
type Fields = Readonly<Record<string, object>>

/** Which members an object may lack. Beside the schema and not in it: what is written there reaches the documents. */
const optional = new WeakSet<object>()

function object(properties: Fields, options?: Schema): Schema {
  const required = Object.keys(properties).filter((name) => !optional.has(properties[name] as object))
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...options }
}

function only({ properties }: { properties: Fields }, names: readonly string[]): Schema {
  return object(Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name))))
}

function mayLack(schema: Schema): Schema {
  const copy = { ...schema }
  optional.add(copy)
  return copy
}

const kind = (type: string) => (options?: Schema) => ({ type, ...options })

/**
 * JSON schemas with TypeScript types. They are TypeBox's, member for member, without loading its package: that is
 * some four hundred modules, an eighth of a start, and every command reads the configuration by a schema.
 */
export const Type = {
  Array: (items: TSchema, options?: Schema) => ({ type: 'array', items, ...options }),
  Boolean: kind('boolean'),
  Enum: (values: readonly unknown[], options?: Schema) => ({ enum: values, ...options }),
  Integer: kind('integer'),
  Literal: (value: unknown, options?: Schema) => ({ type: typeof value, const: value, ...options }),
  Null: kind('null'),
  Number: kind('number'),
  Object: object,
  Optional: mayLack,
  Pick: only,
  Record: (_: TSchema, value: TSchema, options?: Schema) => ({
    type: 'object',
    patternProperties: { '^.*$': value },
    ...options,
  }),
  String: kind('string'),
  Union: (anyOf: readonly TSchema[], options?: Schema) => ({ anyOf, ...options }),
  Unknown: (options?: Schema) => ({ ...options }),
  Unsafe: (schema: Schema) => ({ ...schema }),
} as unknown as Builders
