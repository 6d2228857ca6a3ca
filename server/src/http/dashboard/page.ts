import type { TSchema } from 'typebox'
import { AppError, cleanText } from '../../errors.ts'
import { type Position, readCursor, writeCursor } from '../../lib/cursor.ts'
import { Type } from '../../lib/schema.ts'

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const NullableText = Nullable(Type.String())

/** An answer with one object. */
export const One = <T extends TSchema>(schema: T) => Type.Object({ data: schema })

/** A page of a list, and where the next one begins. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({
    data: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], {
      description: '`cursor` of the next page; null at the end',
    }),
  })

export const Done = Type.Object({ data: Type.Object({ success: Type.Literal(true) }) })

/** What every list takes. */
export const PAGED = {
  search: Type.Optional(
    Type.String({ maxLength: 200, description: 'Part of a text, in any case of letters' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 500, description: '`next` of the page before' })),
}

/** Of anything: no database stores NUL, and no id of ours has a blank. */
export const Id = Type.String({ maxLength: 200, pattern: '^[\\x21-\\x7e]+$' })

/** A text to look for, at most so long: no database stores NUL, and PostgreSQL fails at one that it is asked for. */
export function Sought(maxLength: number, description?: string) {
  return Type.String({ maxLength, pattern: '^[^\\x00]*$', ...(description !== undefined && { description }) })
}

/** How many of anything are on a page. */
export const PAGE_SIZE = 50

/** Where the page before ended. @throws AppError `invalid_request` for a cursor of another list, or none of ours */
export function afterOf<T extends Position>(
  { cursor }: { readonly cursor?: string },
  ...shape: { [K in keyof T]: T[K] extends number ? 'number' : 'string' }
): { readonly after?: T } {
  if (cursor === undefined) return {}
  const after = readCursor(cursor, shape as readonly ('string' | 'number')[])
  if (after) return { after: after as unknown as T }
  throw new AppError('invalid_request', { message: 'cursor is not of this list', param: 'cursor' })
}

/** What is searched for; an empty text is none. @throws AppError `invalid_request` for what no text of ours contains */
export function searchOf({ search }: { readonly search?: string }): { readonly search?: string } {
  return search === undefined || search.trim() === '' ? {} : { search: cleanText(search, 'search', 200) }
}

/** A page out of what was read for it, which is one more than its size where another one follows. */
export function pageOf<T, R>(
  read: readonly T[],
  positionOf: (last: T) => Position,
  show: (item: T) => R,
): { data: R[]; next: string | null } {
  const items = read.slice(0, PAGE_SIZE)
  const last = items.at(-1)
  const more = read.length > PAGE_SIZE
  return { data: items.map(show), next: more && last ? writeCursor(positionOf(last)) : null }
}
