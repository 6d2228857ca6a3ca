import type { SqlValue } from '../batch.ts'

/** How a type's values travel, and its object id (PostgreSQL's pg_type.dat). */
const TYPES: Readonly<Record<string, { readonly oid: number; readonly bytes: 4 | 8 | undefined }>> = {
  text: { oid: 25, bytes: undefined },
  int4: { oid: 23, bytes: 4 },
  int8: { oid: 20, bytes: 8 },
}

/** Dimensions, whether nulls are in it, the element's type, the length, the first index. */
const HEADER_BYTES = 20

/**
 * One column of many rows as PostgreSQL's binary array (array_send in its source): in text form the driver would quote
 * every value, and the server read each of them back, which costs more than writing the rows.
 *
 * @throws Error when the type is none of text, integer and bigint
 */
export function binaryArray(type: string, rows: readonly (readonly SqlValue[])[], column: number): Buffer {
  const known = TYPES[type]
  if (!known) throw new Error(`A batch cannot write a column of the type ${type}`)
  const { oid, bytes } = known
  const array = Buffer.allocUnsafe(HEADER_BYTES + sizeOf(rows, column, bytes))
  let hasNull = 0
  let at = HEADER_BYTES
  for (const row of rows) {
    const value = row[column]
    if (value === null || value === undefined) {
      hasNull = 1
      at = array.writeInt32BE(-1, at)
    } else if (bytes === 4) at = array.writeInt32BE(Number(value), array.writeInt32BE(4, at))
    else if (bytes === 8) at = array.writeBigInt64BE(BigInt(value), array.writeInt32BE(8, at))
    else {
      const length = array.write(value as string, at + 4, 'utf8')
      at = array.writeInt32BE(length, at) + length
    }
  }
  array.writeInt32BE(1, 0)
  array.writeInt32BE(hasNull, 4)
  array.writeInt32BE(oid, 8)
  array.writeInt32BE(rows.length, 12)
  array.writeInt32BE(1, 16)
  return array
}

function sizeOf(rows: readonly (readonly SqlValue[])[], column: number, bytes: number | undefined): number {
  let size = 0
  for (const row of rows) {
    const value = row[column]
    size += 4
    if (value !== null && value !== undefined) size += bytes ?? Buffer.byteLength(value as string, 'utf8')
  }
  return size
}
