import { expect, it } from 'vitest'
import { amount, harmless, table, time } from './print.ts'

it('text of others cannot steer a terminal: escapes, bells, carriage returns and C1 go, line ends and tabs stay', () => {
  expect(harmless('a\x1b[2Jb\x07c\rd\x9be\x00f\x7fg')).toBe('a�[2Jb�c�d�e�f�g')
  expect(harmless('a\n\tb é 日本 😀')).toBe('a\n\tb é 日本 😀')
})

it('a cell cannot begin a new row, and no cell steers a terminal', () => {
  expect(table(['NAME', 'ID'], [['a\nADMIN', 'x\x1b[31m']])).toBe('NAME     ID\na ADMIN  x�[31m')
})

it('columns are as wide as their widest cell, and lines have no trailing blanks', () => {
  const rows = [
    ['a', 'b'],
    ['long name', ''],
  ]
  expect(table(['NAME', 'ID'], rows)).toBe('NAME       ID\na          b\nlong name')
  expect(table(['NAME', 'ID'], [])).toBe('NAME  ID')
})

it.each([
  [0, '0'],
  [0.0000005, '0.0000005'],
  [1e-9, '0.000000001'],
  [12.5, '12.5'],
  [100, '100'],
  [90_000_000, '90000000'],
])('%d credits are written %s', (credits, text) => {
  expect(amount(credits)).toBe(text)
})

it('a time is written to the second', () => {
  expect(time('2026-01-31T10:20:30.456Z', 'never')).toBe('2026-01-31 10:20:30Z')
  expect(time(null, 'never')).toBe('never')
})
