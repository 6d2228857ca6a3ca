import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatToResponse } from './reply.ts'
import { createResponseStream } from './stream.ts'
import type { JsonObject, ResponseContext, ResponseEvent } from './wire.ts'

function context(): ResponseContext {
  let count = 0
  return {
    id: 'resp_1',
    createdAt: 1000,
    request: { model: 'asked', input: 'hi' },
    itemId: () => `${++count}`,
  }
}

function delta(fields: JsonObject, finish_reason: string | null = null): JsonObject {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    model: 'served',
    choices: [{ index: 0, delta: fields, finish_reason }],
  }
}

function callDelta(index: number, fields: JsonObject): JsonObject {
  const { id, name, args } = fields
  return { index, ...(id !== undefined && { id }), function: { name, arguments: args } }
}

function play(chunks: JsonObject[]): ResponseEvent[] {
  const stream = createResponseStream(context())
  return [...stream.start(), ...chunks.flatMap((chunk) => stream.push(chunk)), ...stream.finish()]
}

const types = (events: ResponseEvent[]) => events.map((event) => event.type.replace('response.', ''))
const final = (events: ResponseEvent[]) => events.at(-1)?.response as JsonObject
const deltas = (events: ResponseEvent[], type: string) =>
  events.filter((event) => event.type === type).map((event) => event.delta)

/** Follows the events as a strict client does and returns what it has built from them. */
function follow(events: ResponseEvent[]): JsonObject[] {
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
  expect(types(events).slice(0, 2)).toEqual(['created', 'in_progress'])
  const done: JsonObject[] = []
  let open: JsonObject | undefined
  let part: { type: string; text: string; index: number } | undefined
  let args = ''
  for (const event of events.slice(2, -1)) {
    expect(event.output_index).toBe(done.length)
    if (event.type === 'response.output_item.added') {
      expect(open).toBeUndefined()
      open = event.item as JsonObject
      expect(open).toMatchObject({ status: 'in_progress' })
      part = undefined
      args = ''
      continue
    }
    if (event.type === 'response.output_item.done') {
      const item = event.item as JsonObject
      expect(item.id).toBe(open?.id)
      if (item.type === 'function_call')
        expect(item).toMatchObject({ arguments: args, call_id: open?.call_id })
      done.push(item)
      open = undefined
      continue
    }
    expect(event.item_id).toBe(open?.id)
    if (event.type === 'response.content_part.added') {
      part = { type: (event.part as JsonObject).type as string, text: '', index: (part?.index ?? -1) + 1 }
    }
    if (event.content_index !== undefined) expect(event.content_index).toBe(part?.index)
    if (event.type === 'response.function_call_arguments.delta') args += event.delta
    else if (event.type === 'response.function_call_arguments.done') expect(event.arguments).toBe(args)
    else if (event.type.endsWith('.delta') && part) part.text += event.delta
    else if (event.type.endsWith('_text.done')) expect(event.text).toBe(part?.text)
    else if (event.type === 'response.refusal.done') expect(event.refusal).toBe(part?.text)
    else if (event.type === 'response.content_part.done')
      expect(event.part).toMatchObject({ type: part?.type })
  }
  return done
}

describe('order of events', () => {
  it("text: OpenAI's sequence, from created to completed", () => {
    const events = play([
      delta({ role: 'assistant' }),
      delta({ content: 'Hel' }),
      delta({ content: 'lo' }, 'stop'),
    ])
    expect(types(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ])
    expect(follow(events)).toEqual(final(events).output)
  })

  it('reasoning, text and calls: each item is done before the next is announced', () => {
    const events = play([
      delta({ role: 'assistant', reasoning_content: 'hm' }),
      delta({ content: 'Sure' }),
      delta({ tool_calls: [callDelta(0, { id: 'a', name: 'f', args: '' })] }),
      delta({ tool_calls: [callDelta(0, { args: '{"x":1}' })] }),
      delta({ tool_calls: [callDelta(1, { id: 'b', name: 'g', args: '{}' })] }),
      delta({}, 'tool_calls'),
    ])
    expect(types(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'reasoning_text.delta',
      'reasoning_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ])
    expect(follow(events)).toEqual(final(events).output)
    expect(events.find((event) => event.type.endsWith('arguments.done'))).toMatchObject({ name: 'f' })
  })

  it('created and in_progress carry a Response that has only begun', () => {
    const [created, inProgress] = createResponseStream(context()).start()
    expect(created?.response).toMatchObject({
      id: 'resp_1',
      object: 'response',
      status: 'in_progress',
      model: 'asked',
      output: [],
      usage: null,
      completed_at: null,
    })
    expect(inProgress?.response).toEqual(created?.response)
  })

  it('every delta is passed on at once', () => {
    const stream = createResponseStream(context())
    stream.start()
    expect(deltas(stream.push(delta({ content: 'a' })), 'response.output_text.delta')).toEqual(['a'])
    expect(deltas(stream.push(delta({ content: 'b' })), 'response.output_text.delta')).toEqual(['b'])
    const type = 'response.function_call_arguments.delta'
    const first = stream.push(delta({ tool_calls: [callDelta(0, { id: 'a', name: 'f', args: '{"x' })] }))
    expect(deltas(first, type)).toEqual(['{"x'])
    expect(deltas(stream.push(delta({ tool_calls: [callDelta(0, { args: '":1}' })] })), type)).toEqual([
      '":1}',
    ])
  })

  it('a refusal after text is a second part of the same message', () => {
    const events = play([
      delta({ content: 'Well' }),
      delta({ refusal: 'No' }),
      delta({ refusal: '.' }, 'stop'),
    ])
    expect(follow(events)).toMatchObject([
      { content: [{ text: 'Well' }, { type: 'refusal', refusal: 'No.' }] },
    ])
    expect(types(events)).toContain('refusal.delta')
    expect(final(events).output_text).toBe('Well')
  })

  it('reasoning that comes back after text is an item of its own, in its place', () => {
    const events = play([delta({ reasoning: 'a' }), delta({ content: 'b' }), delta({ reasoning: 'c' })])
    expect(follow(events).map((item) => item.type)).toEqual(['reasoning', 'message', 'reasoning'])
  })

  it('reasoning and text in one chunk both arrive', () => {
    const events = play([delta({ reasoning: 'a', content: 'b' })])
    expect(follow(events).map((item) => item.type)).toEqual(['reasoning', 'message'])
  })
})

describe('robustness', () => {
  it('usage is read from a chunk without choices, and from the finishing chunk', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
    const expected = { input_tokens: 3, output_tokens: 4, total_tokens: 7 }
    expect(final(play([delta({ content: 'x' }, 'stop'), { choices: [], usage }])).usage).toMatchObject(
      expected,
    )
    expect(final(play([{ ...delta({ content: 'x' }, 'stop'), usage }])).usage).toMatchObject(expected)
    expect(final(play([delta({ content: 'x' }, 'stop')])).usage).toBeNull()
  })

  it('the last usage counts when a server reports it with every chunk', () => {
    const at = (completion_tokens: number) => ({ prompt_tokens: 3, completion_tokens })
    const events = play([
      { ...delta({ content: 'a' }), usage: at(1) },
      { ...delta({ content: 'b' }), usage: at(2) },
      { ...delta({}, 'stop'), usage: null },
    ])
    expect(final(events).usage).toMatchObject({ output_tokens: 2 })
  })

  it('a missing role, a missing finish reason, null contents and other choices are no obstacle', () => {
    const events = play([
      delta({ content: null, tool_calls: null, refusal: null }),
      delta({ content: 'a' }),
      { choices: [{ index: 1, delta: { content: 'other' }, finish_reason: 'length' }] },
      { choices: [{ delta: { content: 'b' } }] },
    ])
    expect(final(events)).toMatchObject({ status: 'completed', output_text: 'ab', model: 'served' })
  })

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('%s ends as response.incomplete, with the last item incomplete', (reason, expected) => {
    const events = play([delta({ content: 'cut' }), delta({}, reason)])
    expect(types(events).at(-1)).toBe('incomplete')
    expect(final(events)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: expected },
      output: [{ status: 'incomplete' }],
    })
    expect(follow(events)).toEqual(final(events).output)
  })

  it('a stream without a single choice has failed', () => {
    expect(types(play([]))).toEqual(['created', 'in_progress', 'failed'])
    expect(types(play([{ choices: [], usage: { prompt_tokens: 1, completion_tokens: 0 } }])).at(-1)).toBe(
      'failed',
    )
  })

  it('an error in a chunk ends the stream as response.failed, with what was gathered', () => {
    const stream = createResponseStream(context())
    stream.start()
    stream.push(delta({ content: 'half' }))
    const events = stream.push({ error: { message: 'Overloaded', code: 429 } })
    expect(types(events)).toEqual(['failed'])
    expect(events[0]?.response).toMatchObject({
      status: 'failed',
      error: { code: 'rate_limit_exceeded', message: 'Overloaded' },
      output: [{ type: 'message', status: 'incomplete', content: [{ text: 'half' }] }],
      output_text: 'half',
    })
    expect(stream.push(delta({ content: 'more' }))).toEqual([])
    expect(stream.finish()).toEqual([])
    expect(stream.fail({ code: 'x', message: 'y' })).toEqual([])
  })

  it('text in the same chunk as the error is not lost', () => {
    const stream = createResponseStream(context())
    const events = stream.push({
      ...delta({ content: 'half' }, 'error'),
      error: { message: 'Broke', code: 502 },
    })
    expect(final(events)).toMatchObject({
      status: 'failed',
      error: { message: 'Broke' },
      output_text: 'half',
    })
  })

  it('fail keeps what was gathered, reports nothing as done and never throws away a call', () => {
    const stream = createResponseStream(context())
    stream.start()
    stream.push(delta({ reasoning: 'hm' }))
    stream.push(delta({ tool_calls: [callDelta(0, { id: 'a', name: 'f', args: '{"x"' })] }))
    stream.push(delta({ tool_calls: [callDelta(1, { id: 'b', name: 'g', args: '{}' })] }))
    const events = stream.fail({ code: 'server_error', message: 'Cut' })
    expect(types(events)).toEqual(['failed'])
    expect(final(events)).toMatchObject({
      error: { code: 'server_error', message: 'Cut' },
      output: [
        { type: 'reasoning', status: 'completed' },
        { type: 'function_call', status: 'incomplete', arguments: '{"x"' },
        { type: 'function_call', status: 'incomplete', call_id: 'b' },
      ],
    })
  })

  it('the opening events come first even if nobody called start', () => {
    expect(types(createResponseStream(context()).fail({ code: 'a', message: 'b' }))).toEqual([
      'created',
      'in_progress',
      'failed',
    ])
    const stream = createResponseStream(context())
    expect(types(stream.push(delta({ content: 'x' }))).slice(0, 3)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
    ])
    expect(stream.start()).toEqual([])
  })

  it('the final event equals the non-streamed translation, log probabilities included', () => {
    const logprob = (token: string) => ({ token, logprob: -1, bytes: [1], top_logprobs: [] })
    const withLogprobs = (content: string) => ({
      choices: [{ index: 0, delta: { content }, logprobs: { content: [logprob(content)] } }],
    })
    const events = play([withLogprobs('a'), withLogprobs('b'), delta({}, 'stop')])
    const message = { content: 'ab' }
    const logprobs = { content: [logprob('a'), logprob('b')] }
    const whole = { model: 'served', choices: [{ index: 0, message, logprobs, finish_reason: 'stop' }] }
    expect(final(events)).toEqual(chatToResponse(whole, context()))
  })
})

describe('tool call deltas', () => {
  const callsOf = (chunks: JsonObject[][]) =>
    follow(play(chunks.map((tool_calls) => delta({ tool_calls })))).map(
      ({ call_id, name, arguments: args }) => [call_id, name, args],
    )

  it('later deltas find their call without an id', () => {
    expect(
      callsOf([
        [callDelta(0, { id: 'a', name: 'f', args: '' })],
        [callDelta(0, { args: '{"x"' })],
        [callDelta(0, { id: '', name: '', args: ':1}' })],
        [callDelta(1, { id: 'b', name: 'g', args: '{}' })],
      ]),
    ).toEqual([
      ['a', 'f', '{"x":1}'],
      ['b', 'g', '{}'],
    ])
  })

  it('Gemini: parallel calls that all claim index 0 stay apart', () => {
    expect(
      callsOf([
        [callDelta(0, { id: 'a', name: 'f', args: '{"x":1}' })],
        [callDelta(0, { id: 'b', name: 'f', args: '{"x":2}' })],
      ]),
    ).toEqual([
      ['a', 'f', '{"x":1}'],
      ['b', 'f', '{"x":2}'],
    ])
  })

  it('calls under one index go on by their id', () => {
    expect(
      callsOf([
        [callDelta(0, { id: 'a', name: 'f', args: '{' })],
        [callDelta(0, { id: 'b', name: 'g', args: '{' })],
        [callDelta(0, { id: 'a', args: '}' })],
        [callDelta(0, { id: 'b', args: '}' })],
      ]),
    ).toEqual([
      ['a', 'f', '{}'],
      ['b', 'g', '{}'],
    ])
  })

  it('no index at all: the id, else a new name, tells calls apart', () => {
    const bare = (id: string | undefined, name: string | undefined, args: string) => ({
      ...(id !== undefined && { id }),
      function: { name, arguments: args },
    })
    expect(
      callsOf([
        [bare('a', 'f', '{"x"')],
        [bare('a', 'f', ':1}')],
        [bare('b', 'g', '{')],
        [bare(undefined, undefined, '}')],
      ]),
    ).toEqual([
      ['a', 'f', '{"x":1}'],
      ['b', 'g', '{}'],
    ])
  })

  it('older vLLM: a new id with every delta does not make a new call', () => {
    expect(
      callsOf([[callDelta(0, { id: 'r1', name: 'f', args: '{' })], [callDelta(0, { id: 'r2', args: '}' })]]),
    ).toEqual([['r1', 'f', '{}']])
  })

  it('id and name repeated in every delta are not added up', () => {
    expect(
      callsOf([
        [callDelta(0, { id: 'a', name: 'f', args: '{' })],
        [callDelta(0, { id: 'a', name: 'f', args: '}' })],
      ]),
    ).toEqual([['a', 'f', '{}']])
  })

  it('a call without an id gets one, and without arguments an empty object', () => {
    const [call] = callsOf([[callDelta(0, { name: 'f' })]])
    expect(call).toEqual([expect.stringMatching(/^call_/), 'f', '{}'])
  })

  it('arguments sent as an object become text', () => {
    expect(callsOf([[callDelta(0, { id: 'a', name: 'f', args: { x: 1 } })]])).toEqual([['a', 'f', '{"x":1}']])
  })

  it('text in the middle of a call waits for the call, and nothing is lost', () => {
    const events = play([
      delta({ tool_calls: [callDelta(0, { id: 'a', name: 'f', args: '{"x"' })] }),
      delta({ content: 'between' }),
      delta({ tool_calls: [callDelta(0, { args: ':1}' })] }),
      delta({ content: ' and after' }),
    ])
    expect(follow(events)).toMatchObject([
      { type: 'function_call', arguments: '{"x":1}' },
      { type: 'message', content: [{ text: 'between and after' }] },
    ])
  })
})

type GeneratedCall = {
  id: string
  name: string
  args: string
  cuts: number[]
  header: 'whole' | 'split'
  repeat: boolean
}

const json = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.stringify(value))

const generatedCall: fc.Arbitrary<GeneratedCall> = fc.record({
  id: fc.uuid(),
  name: fc.string({ minLength: 1 }),
  args: fc.oneof(
    { weight: 3, arbitrary: json },
    fc.string(),
    json.map((text) => ` ${text}\n `),
  ),
  cuts: fc.array(fc.nat(40), { maxLength: 6 }),
  header: fc.constantFrom('whole', 'split'),
  repeat: fc.boolean(),
})

function pieces(text: string, cuts: number[]): string[] {
  const places = [...new Set(cuts.map((cut) => Math.min(cut, text.length)))].sort((a, b) => a - b)
  return [...places, text.length].map((end, i) => text.slice(i === 0 ? 0 : places[i - 1], end))
}

function callDeltas(call: GeneratedCall, index: number): JsonObject[] {
  const [first = '', ...rest] = pieces(call.args, call.cuts)
  const header =
    call.header === 'whole'
      ? [callDelta(index, { id: call.id, name: call.name, args: first })]
      : [
          callDelta(index, { name: call.name }),
          callDelta(index, { args: first }),
          callDelta(index, { id: call.id }),
        ]
  return [
    ...header,
    ...rest.map((args) => callDelta(index, call.repeat ? { id: call.id, name: call.name, args } : { args })),
  ]
}

/** All lists as one, each in its own order, mixed as the numbers say. */
function interleave(lists: JsonObject[][], order: number[]): JsonObject[] {
  const left = lists.map((list) => list.slice())
  const mixed: JsonObject[] = []
  for (let turn = 0; left.some((list) => list.length > 0); turn += 1) {
    const open = left.filter((list) => list.length > 0)
    const next = open[(order[turn % Math.max(1, order.length)] ?? 0) % open.length]?.shift()
    if (next !== undefined) mixed.push(next)
  }
  return mixed
}

const texts = fc.array(fc.string(), { maxLength: 3 })
const reasons = fc.constantFrom(null, 'stop', 'tool_calls', 'length', 'content_filter')

describe('properties', () => {
  it('however tool calls are split and interleaved, the final response is that of the whole answer', () => {
    fc.assert(
      fc.property(
        fc.array(generatedCall, { maxLength: 4 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }),
        texts,
        texts,
        reasons,
        fc.integer({ min: 1, max: 3 }),
        (calls, order, thoughts, said, finish_reason, perChunk) => {
          const mixed = interleave(calls.map(callDeltas), order)
          const grouped = mixed.flatMap((_, i) => (i % perChunk === 0 ? [mixed.slice(i, i + perChunk)] : []))
          const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
          const events = play([
            delta({ role: 'assistant', content: '' }),
            ...thoughts.map((reasoning) => delta({ reasoning })),
            ...said.map((content) => delta({ content })),
            ...grouped.map((tool_calls) => delta({ tool_calls })),
            delta({}, finish_reason),
            { choices: [], usage },
          ])
          const message = {
            reasoning: thoughts.join(''),
            content: said.join(''),
            tool_calls: calls.map(({ id, name, args }) => ({
              id,
              type: 'function',
              function: { name, arguments: args },
            })),
          }
          const whole = { model: 'served', choices: [{ index: 0, message, finish_reason }], usage }
          expect(final(events)).toEqual(chatToResponse(whole, context()))
          expect(follow(events)).toEqual(final(events).output)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('a strict client can follow any mixture of reasoning, text and calls, and gets every character', () => {
    const mixture = fc.array(
      fc.oneof(
        fc.record({ content: fc.string() }),
        fc.record({ reasoning: fc.string() }),
        fc.record({ refusal: fc.string() }),
        fc.record({
          tool_calls: fc.array(
            fc.record(
              {
                index: fc.nat(2),
                id: fc.constantFrom('a', 'b', ''),
                function: fc.record(
                  {
                    name: fc.constantFrom('f', 'g', ''),
                    arguments: fc.constantFrom('{', '}', '{}', '"x":1', ' '),
                  },
                  { requiredKeys: [] },
                ),
              },
              { requiredKeys: [] },
            ),
            { maxLength: 2 },
          ),
        }),
      ),
    )
    fc.assert(
      fc.property(mixture, reasons, (fields, reason) => {
        const events = play([...fields.map((field) => delta(field)), delta({}, reason)])
        expect(follow(events)).toEqual(final(events).output)
        const content = fields.map((field) => ('content' in field ? field.content : '')).join('')
        expect(final(events).output_text).toBe(content)
      }),
      { numRuns: 1_000 },
    )
  })

  it('whatever a provider sends, nothing throws and the stream ends exactly once', () => {
    const keys = fc.constantFrom(
      'choices',
      'delta',
      'message',
      'tool_calls',
      'function',
      'content',
      'usage',
      'error',
      'index',
      'logprobs',
      'reasoning',
      'finish_reason',
      'arguments',
      'id',
      'name',
      'prompt_tokens',
      'model',
      'object',
    )
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, true, 0, 'length', 'text', 'error')),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
      ),
    }))
    const choice = fc.record(
      { delta: tree, message: tree, logprobs: tree, finish_reason: tree },
      { requiredKeys: [] },
    )
    const chunk = fc.oneof(tree, fc.record({ choices: fc.array(choice, { maxLength: 2 }), usage: tree }))
    fc.assert(
      fc.property(fc.array(chunk as fc.Arbitrary<JsonObject>, { maxLength: 6 }), (chunks) => {
        const events = play(chunks)
        const terminal = events.filter((event) => /\.(completed|incomplete|failed)$/.test(event.type))
        expect(terminal).toEqual([events.at(-1)])
        expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
        for (const whole of chunks) expect(chatToResponse(whole, context()).object).toBe('response')
      }),
      { numRuns: 1_000 },
    )
  })
})
