import { expect, test } from 'vitest'
import { stackOf } from './stack.ts'

function group(name: string, spend: string) {
  return { name, spend_by_day: [spend], requests_by_day: [1] }
}

test('what the layers of a day leave over is exact to the last nano-credit', () => {
  const six = ['0.1', '0.2', '0.3', '0.000000001', '9007199.254740993', '1'].map((spend, at) =>
    group(`m${at}`, spend),
  )
  const days = [{ day: '2026-01-31', spend: '9007200.854741001', requests: 9 }]
  const { data, layers } = stackOf({ days, groups: [...six, group('m7', '0.000000007')] }, 'spend')
  expect(data[0]?.texts.rest).toBe('0.000000007')
  expect(layers.at(-1)?.label).toBe('All others')
})

test('where the layers are all there is, there are no others', () => {
  const days = [{ day: '2026-01-31', spend: '0.3', requests: 2 }]
  const { layers } = stackOf({ days, groups: [group('a', '0.1'), group('b', '0.2')] }, 'spend')
  expect(layers.map(({ label }) => label)).toEqual(['a', 'b'])
})
