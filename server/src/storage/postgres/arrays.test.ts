import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SqlValue } from '../batch.ts'
import { binaryArray } from './arrays.ts'

describe.skipIf(!process.env.TEST_DATABASE_URL)('arrays on PostgreSQL', () => {
  const client = new pg.Client({
    connectionString: process.env.TEST_DATABASE_URL,
    application_name: 'arrays',
  })
  beforeAll(() => client.connect())
  afterAll(() => client.end())

  async function readBack(type: string, values: readonly SqlValue[]): Promise<unknown[]> {
    const rows = values.map((value) => [0, value])
    const { rows: read } = await client.query(
      `SELECT value::text AS value FROM unnest($1::${type}[]) WITH ORDINALITY AS t(value, place) ORDER BY place`,
      [binaryArray(type, rows, 1)],
    )
    return read.map(({ value }) => value)
  }

  test.each<[string, SqlValue[]]>([
    [
      'text',
      ['', 'a', '{"a,b"}', 'it\'s \\ "quoted"', 'NULL', null, 'é ß 漢字 🗝️', 'x'.repeat(100_000), '\n\t'],
    ],
    ['text', [null, null]],
    ['int4', [0, 1, -1, 2_147_483_647, -2_147_483_648, null]],
    ['int8', [0n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n, null, 1_790_000_000_000, -1]],
  ])('a column of %s is read as it was written', async (type, values) => {
    const wanted = values.map((value) => (value === null ? null : String(value)))
    expect(await readBack(type, values)).toEqual(wanted)
  })

  test('a type that is not known is refused, and never guessed at', () => {
    expect(() => binaryArray('float8', [[1]], 0)).toThrow('float8')
  })
})
