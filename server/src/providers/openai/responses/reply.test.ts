import { describe, expect, it } from 'vitest'
import { chatToResponse } from './reply.ts'
import type { JsonObject, ResponseContext } from './wire.ts'

function context(request: JsonObject = {}): ResponseContext {
  let count = 0
  return {
    id: 'resp_1',
    createdAt: 1000,
    request: { model: 'asked', input: 'hi', ...request },
    itemId: () => `${++count}`,
    now: () => 1007,
  }
}

function chat(message: JsonObject, rest: JsonObject = {}, choice: JsonObject = {}): JsonObject {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'served',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, ...message },
        finish_reason: 'stop',
        ...choice,
      },
    ],
    ...rest,
  }
}

const reply = (message: JsonObject, rest?: JsonObject, choice?: JsonObject) =>
  chatToResponse(chat(message, rest, choice), context())

const toolCall = (id: string | undefined, name: string, args: unknown) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})

describe('the Response object', () => {
  it('has every documented field, with defaults where the request is silent', () => {
    expect(reply({ content: 'Hello' })).toEqual({
      id: 'resp_1',
      object: 'response',
      created_at: 1000,
      completed_at: 1007,
      status: 'completed',
      error: null,
      incomplete_details: null,
      model: 'served',
      output: [
        {
          id: 'msg_1',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
        },
      ],
      output_text: 'Hello',
      usage: null,
      service_tier: null,
      access_programs: null,
      background: false,
      conversation: null,
      frequency_penalty: 0,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: {},
      moderation: null,
      parallel_tool_calls: true,
      presence_penalty: 0,
      previous_response_id: null,
      prompt: null,
      prompt_cache_key: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      store: false,
      temperature: 1,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      user: null,
    })
  })

  it('repeats what the request said', () => {
    const request = {
      instructions: 'Be kind.',
      max_output_tokens: 9,
      metadata: { a: 'b', wrong: 1 },
      parallel_tool_calls: false,
      prompt_cache_key: 'k',
      reasoning: { effort: 'low', summary: 'auto' },
      safety_identifier: 's',
      temperature: 0,
      top_p: 0.5,
      top_logprobs: 2,
      user: 'u',
      text: {
        format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
        verbosity: 'low',
      },
      tools: [
        { type: 'function', name: 'f', parameters: { type: 'object' }, strict: true, defer_loading: true },
      ],
      tool_choice: { type: 'function', name: 'f' },
    }
    expect(chatToResponse(chat({}), context(request))).toMatchObject({
      ...request,
      metadata: { a: 'b' },
      tools: [
        { type: 'function', name: 'f', description: null, parameters: { type: 'object' }, strict: true },
      ],
    })
  })

  it('the format is repeated in the form of the Responses API, in whichever it came', () => {
    const response_format = { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } }
    expect(chatToResponse(chat({}), context({ response_format })).text).toEqual({
      format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: false },
      verbosity: 'medium',
    })
    expect(
      chatToResponse(chat({}), context({ text: { format: { type: 'json_object' } } })).text,
    ).toMatchObject({
      format: { type: 'json_object' },
    })
  })

  it('names the model that answered, else the one that was asked', () => {
    expect(reply({}).model).toBe('served')
    expect(reply({}, { model: null }).model).toBe('asked')
  })

  it('completed_at is the time of creation when no clock is given', () => {
    const { now: _, ...still } = context()
    expect(chatToResponse(chat({}), still).completed_at).toBe(1000)
  })

  it("the provider's service tier wins over the one asked for", () => {
    const asked = context({ service_tier: 'flex' })
    expect(chatToResponse(chat({}, { service_tier: 'default' }), asked).service_tier).toBe('default')
    expect(chatToResponse(chat({}), asked).service_tier).toBe('flex')
  })
})

describe('output', () => {
  it('reasoning, text and calls follow one another, each in its item', () => {
    const message = {
      reasoning_content: 'hm',
      content: 'Sure.',
      tool_calls: [toolCall('a', 'f', '{"x":1}'), toolCall('b', 'g', '')],
    }
    expect(reply(message, {}, { finish_reason: 'tool_calls' })).toMatchObject({
      status: 'completed',
      output_text: 'Sure.',
      output: [
        {
          id: 'rs_1',
          type: 'reasoning',
          status: 'completed',
          summary: [],
          content: [{ type: 'reasoning_text', text: 'hm' }],
        },
        { id: 'msg_2', type: 'message', content: [{ type: 'output_text', text: 'Sure.' }] },
        {
          id: 'fc_3',
          type: 'function_call',
          call_id: 'a',
          name: 'f',
          arguments: '{"x":1}',
          status: 'completed',
        },
        { id: 'fc_4', type: 'function_call', call_id: 'b', name: 'g', arguments: '{}', status: 'completed' },
      ],
    })
  })

  it.each([
    ['reasoning_content', { reasoning_content: 'why' }],
    ['reasoning', { reasoning: 'why' }],
    ['both, which is one reasoning', { reasoning: 'why', reasoning_content: 'why' }],
    [
      'Mistral thinking parts',
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'why' }] }] },
    ],
  ])('reads reasoning from %s', (_, message) => {
    expect(reply(message).output).toMatchObject([{ content: [{ type: 'reasoning_text', text: 'why' }] }])
  })

  it('reads text from a list of parts', () => {
    const content = [
      { type: 'thinking', thinking: 'x' },
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]
    expect(reply({ content }).output_text).toBe('ab')
  })

  it('a refusal is a part of the message and not output text', () => {
    expect(reply({ refusal: 'No.' })).toMatchObject({
      output_text: '',
      output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }],
    })
  })

  it('an empty answer has no items', () => {
    expect(reply({ content: '' })).toMatchObject({ status: 'completed', output: [], output_text: '' })
  })

  it('only the first choice counts', () => {
    const choices = [
      { index: 1, message: { content: 'second' }, finish_reason: 'stop' },
      { index: 0, message: { content: 'first' }, finish_reason: 'stop' },
    ]
    expect(chatToResponse({ choices }, context()).output_text).toBe('first')
  })

  it('a call id that is missing or used twice is replaced: clients find calls by it', () => {
    const tool_calls = [toolCall('a', 'f', '{}'), toolCall('a', 'f', '{}'), toolCall(undefined, 'f', '{}')]
    const ids = (reply({ tool_calls }).output as JsonObject[]).map((item) => item.call_id)
    expect(ids[0]).toBe('a')
    expect(new Set(ids).size).toBe(3)
    expect(ids.slice(1).every((id) => String(id).startsWith('call_'))).toBe(true)
  })

  it('arguments sent as an object become text', () => {
    expect(reply({ tool_calls: [toolCall('a', 'f', { x: 1 })] }).output).toMatchObject([
      { arguments: '{"x":1}' },
    ])
  })

  it('log probabilities come along, without entries that would break typed clients', () => {
    const entry = {
      token: 'a',
      logprob: -0.1,
      bytes: [97],
      top_logprobs: [{ token: 'a', logprob: -0.1, bytes: null }, { token: 1 }],
    }
    const choice = { logprobs: { content: [entry, { token: 'b' }, null] } }
    expect(reply({ content: 'a' }, {}, choice).output).toMatchObject([
      {
        content: [
          {
            logprobs: [
              {
                token: 'a',
                logprob: -0.1,
                bytes: [97],
                top_logprobs: [{ token: 'a', logprob: -0.1, bytes: [] }],
              },
            ],
          },
        ],
      },
    ])
  })
})

describe('how it ended', () => {
  it.each([
    ['length', 'max_output_tokens'],
    ['model_length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('%s is incomplete because of %s, and so is the last item', (finish_reason, reason) => {
    expect(reply({ reasoning: 'r', content: 'cut o' }, {}, { finish_reason })).toMatchObject({
      status: 'incomplete',
      completed_at: null,
      error: null,
      incomplete_details: { reason },
      output: [
        { type: 'reasoning', status: 'completed' },
        { type: 'message', status: 'incomplete' },
      ],
    })
  })

  it('of calls that were cut off, those with whole arguments are completed', () => {
    const tool_calls = [toolCall('a', 'f', '{"x":1}'), toolCall('b', 'f', ''), toolCall('c', 'f', '{"x"')]
    expect(reply({ tool_calls }, {}, { finish_reason: 'length' }).output).toMatchObject([
      { status: 'completed', arguments: '{"x":1}' },
      { status: 'incomplete', arguments: '' },
      { status: 'incomplete', arguments: '{"x"' },
    ])
  })

  it.each(['stop', 'tool_calls', 'function_call', 'eos', null, undefined, 7, 'constructor'])(
    'finish reason %s is completed',
    (finish_reason) => {
      expect(reply({ content: 'x' }, {}, { finish_reason }).status).toBe('completed')
    },
  )

  it('a provider that broke off has failed, with what there was', () => {
    expect(reply({ content: 'x' }, {}, { finish_reason: 'error' })).toMatchObject({
      status: 'failed',
      completed_at: null,
      error: { code: 'server_error' },
      output: [{ status: 'incomplete' }],
    })
  })

  it.each([
    [{ error: { message: 'Slow down', code: 429 } }, 'rate_limit_exceeded', 'Slow down'],
    [{ error: { message: 'Boom', code: 502 } }, 'server_error', 'Boom'],
    [{ error: { message: 'Boom', code: 'overloaded' } }, 'overloaded', 'Boom'],
    [{ error: 'Boom' }, 'server_error', 'Boom'],
    [{ object: 'error', message: 'Boom', code: 400 }, 'server_error', 'Boom'],
    [{ error: {} }, 'server_error', 'The provider reported an error.'],
  ])('an error inside a body of status 200, %j, is a failed response', (body, code, message) => {
    expect(chatToResponse(body, context())).toMatchObject({ status: 'failed', error: { code, message } })
  })

  it.each([[{}], [{ choices: [] }], [{ choices: [null] }], [null as unknown as JsonObject]])(
    '%j is no answer and has failed',
    (body) => {
      expect(chatToResponse(body, context())).toMatchObject({
        status: 'failed',
        error: { code: 'server_error' },
      })
    },
  )
})

describe('usage', () => {
  const usageOf = (usage: unknown) => reply({ content: 'x' }, { usage }).usage

  it('is mapped with its details', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 20,
      total_tokens: 31,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 8 },
    }
    expect(usageOf(usage)).toEqual({
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 8 },
      total_tokens: 31,
    })
  })

  it('details that are missing are zero, and the total is the sum', () => {
    expect(usageOf({ prompt_tokens: 1, completion_tokens: 2 })).toEqual({
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 3,
    })
  })

  it("DeepSeek's cache hits are cached tokens", () => {
    expect(usageOf({ prompt_tokens: 5, completion_tokens: 0, prompt_cache_hit_tokens: 3 })).toMatchObject({
      input_tokens_details: { cached_tokens: 3 },
    })
  })

  it('zero is a value', () => {
    expect(usageOf({ prompt_tokens: 0, completion_tokens: 0 })).toMatchObject({
      input_tokens: 0,
      total_tokens: 0,
    })
  })

  it.each([undefined, null, 'many', {}, [], { prompt_tokens: 'x', completion_tokens: -1 }])(
    '%j is no usage, not zero usage',
    (usage) => {
      expect(usageOf(usage)).toBeNull()
    },
  )
})
