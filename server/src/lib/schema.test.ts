import { Type as TypeBox } from 'typebox'
import { expect, it } from 'vitest'
import { Type } from './schema.ts'

it('A schema is the one that TypeBox makes, member for member and in the same order', () => {
  const schemas = (T: typeof Type) => {
    const Item = T.Object(
      {
        name: T.String({ minLength: 1, description: 'Its name' }),
        count: T.Optional(T.Integer({ minimum: 0, default: 3 })),
        share: T.Number(),
        state: T.Optional(T.Enum(['on', 'off'], { default: 'on' })),
        none: T.Union([T.String(), T.Null()], { description: 'or nothing' }),
        list: T.Array(T.Boolean({ default: true }), { maxItems: 3 }),
        free: T.Record(T.String(), T.Unknown(), { description: 'anything' }),
        fixed: T.Literal('one', { description: 'always' }),
        three: T.Literal(3),
      },
      { additionalProperties: false, description: 'An item' },
    )
    const other = T.Unsafe({ ...Item, required: ['name'] })
    return [Item, T.Pick(Item, ['count', 'name']), other, T.Object({}), T.Object({ a: T.Optional(Item) })]
  }
  expect(JSON.stringify(schemas(Type))).toBe(JSON.stringify(schemas(TypeBox)))
})
