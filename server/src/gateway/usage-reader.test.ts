import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countTokens, readUsage } from './usage-reader.ts'

describe('usage', () => {
  it('is read in the words of chat, responses and embeddings', () => {
    expect(
      readUsage({
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      }),
    ).toEqual({ input: 10, cached: 4, output: 5, reasoning: 2 })
    expect(
      readUsage({
        input_tokens: 10,
        output_tokens: 5,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens_details: { reasoning_tokens: 2 },
      }),
    ).toEqual({ input: 10, cached: 4, output: 5, reasoning: 2 })
    expect(readUsage({ prompt_tokens: 10, total_tokens: 10 })).toEqual({
      input: 10,
      cached: 0,
      output: 0,
      reasoning: 0,
    })
  })

  it('has the reasoning that a provider counts beside its answer, as its total tells, and no other twice', () => {
    const read = (output: number, total: number | undefined, reasoning: number) =>
      readUsage({
        prompt_tokens: 32,
        completion_tokens: output,
        ...(total !== undefined && { total_tokens: total }),
        completion_tokens_details: { reasoning_tokens: reasoning },
      })?.output
    expect(read(9, 135, 94)).toBe(103)
    expect(read(103, 135, 94)).toBe(103)
    expect(read(9, undefined, 4)).toBe(9)
    // What is neither input nor answer nor reasoning is nobody's output.
    expect(read(9, 1000, 94)).toBe(103)
    expect(read(9, 1000, 0)).toBe(9)
  })

  it('of zero is a value', () => {
    expect(readUsage({ prompt_tokens: 0, completion_tokens: 0 })).toEqual({
      input: 0,
      cached: 0,
      output: 0,
      reasoning: 0,
    })
  })

  it('that is no count is a gap, never a smaller or a wrong count', () => {
    const count = fc.integer({ min: 0, max: 1_000_000_000 })
    const odd = fc.constantFrom<unknown>(
      null,
      -1,
      1.5,
      '5',
      '',
      true,
      [5],
      {},
      Number.NaN,
      1e15,
      2 ** 53,
      Number.POSITIVE_INFINITY,
      -0.5,
    )
    const names = fc.constantFrom(['prompt_tokens', 'completion_tokens'], ['input_tokens', 'output_tokens'])
    fc.assert(
      fc.property(names, fc.oneof(count, odd), fc.oneof(count, odd), ([input, output], one, other) => {
        const isCount = (value: unknown) =>
          Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1e9
        const read = readUsage({ [input as string]: one, [output as string]: other })
        if (isCount(one) && isCount(other)) expect(read).toMatchObject({ input: one, output: other })
        else expect(read).toBeUndefined()
      }),
    )
  })

  it.each([undefined, null, 5, 'x', [], {}, { total_tokens: 5 }, { completion_tokens: 5 }])(
    'is not in %j',
    (value) => {
      expect(readUsage(value)).toBeUndefined()
    },
  )

  it('never has more cached tokens than input tokens, nor nonsense in its details', () => {
    expect(readUsage({ prompt_tokens: 3, prompt_tokens_details: { cached_tokens: 9 } })).toMatchObject({
      cached: 3,
    })
    for (const cached of [-1, 1.5, '1', null, {}])
      expect(readUsage({ prompt_tokens: 3, prompt_tokens_details: { cached_tokens: cached } })).toMatchObject(
        { cached: 0 },
      )
    for (const details of [null, 5, [], 'x'])
      expect(readUsage({ prompt_tokens: 3, prompt_tokens_details: details })).toMatchObject({ cached: 0 })
  })
})

describe('what was not reported', () => {
  it('is a token for every four bytes begun, of the request and of the text, and at most the context window', () => {
    const bytes = fc.integer({ min: 0, max: 1_000_000_000 })
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 1, max: 10_000_000 }), (body, text, window) => {
        const tokens = (size: number) => Math.min(Number((BigInt(size) + 3n) / 4n), window)
        expect(countTokens(body, text, window)).toEqual({
          input: tokens(body),
          cached: 0,
          output: tokens(text),
          reasoning: 0,
        })
      }),
    )
  })
})
