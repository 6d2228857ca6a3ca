import { describe, expect, test } from 'vitest'
import { csvCell, csvLine } from './download.ts'

describe('a cell of a file of comma-separated values', () => {
  test.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '"=1+1"',
    `'=1`,
    '＝1+1',
    'name;=1+1',
    'name,"@SUM(A1)',
    "-2+3+cmd|' /C calc'!A0",
  ])('is run by no spreadsheet: %j', (text) => {
    const cell = csvCell(text)
    // Whatever sign of a list a spreadsheet divides by, no part begins with a sign of a formula.
    for (const part of cell.split(/[,;\t\r\n]/)) expect(part).not.toMatch(/^[\s"]*[=+\-@＝＋－＠]/)
  })

  test.each([
    ['plain', 'plain'],
    ['-5', '-5'],
    ['-0.25', '-0.25'],
    ['a,b', '"a,b"'],
    ['say "a"', '"say ""a"""'],
    ['two\nlines', '"two\nlines"'],
    [null, ''],
    [12, '12'],
  ])('is otherwise the text itself: %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })

  test('stands in a line that ends as RFC 4180 says', () => {
    expect(csvLine(['a', 1, null])).toBe('a,1,\r\n')
  })
})
