import { expect, test } from 'vitest'
import { typedDecimal } from './figures.ts'

test('a comma between thousands is taken away, and one that may stand for a decimal point never is', () => {
  const typed = [' 1,250.50 ', '1,000,000', '25', '12,50', '1.000,50', '0,500', '1,25', '1,0000', '-1,000']
  const taken = ['1250.50', '1000000', '25', '12,50', '1.000,50', '0,500', '1,25', '1,0000', '-1,000']
  expect(typed.map(typedDecimal)).toEqual(taken)
})
