import { describe, expect, it } from 'vitest'
import { responsesToChat } from './request.ts'
import { TranslationError } from './translation-error.ts'
import type { JsonObject } from './wire.ts'

const fn = { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: true }

function chat(fields: JsonObject): JsonObject {
  return responsesToChat({ model: 'm', input: 'hi', ...fields })
}

function messages(input: unknown, fields: JsonObject = {}): unknown {
  return responsesToChat({ model: 'm', input, ...fields }).messages
}

function refusal(fields: JsonObject): { message: string; param: string } {
  try {
    chat(fields)
  } catch (error) {
    expect(error).toBeInstanceOf(TranslationError)
    const { message, param } = error as TranslationError
    return { message, param }
  }
  throw new Error('was translated')
}

describe('input', () => {
  it('a string is one user message, and nothing is added to the request', () => {
    expect(chat({})).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] })
  })

  it.each([
    ['missing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an empty list', []],
    ['a list of nothing but reasoning', [{ type: 'reasoning', id: 'rs_1', summary: [] }]],
  ])('%s is refused with the words of the contract', (_, input) => {
    expect(refusal({ input })).toEqual({ message: 'input is required', param: 'input' })
  })

  it('input of another type is refused', () => {
    expect(refusal({ input: 7 }).param).toBe('input')
    expect(refusal({ input: ['hi'] }).param).toBe('input[0]')
  })

  it('instructions come first, as a system message', () => {
    expect(messages('hi', { instructions: 'Be kind.' })).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'hi' },
    ])
  })

  it('keeps roles, reads developer as system and no role as user', () => {
    const input = [
      { role: 'system', content: 'a' },
      { role: 'developer', content: 'b' },
      { type: 'message', role: 'assistant', content: 'c' },
      { content: [{ type: 'input_text', text: 'd' }] },
    ]
    expect(messages(input)).toEqual([
      { role: 'system', content: 'a' },
      { role: 'system', content: 'b' },
      { role: 'assistant', content: 'c' },
      { role: 'user', content: 'd' },
    ])
    expect(refusal({ input: [{ role: 'tool', content: 'x' }] }).param).toBe('input[0].role')
    expect(refusal({ input: [{ role: 'constructor', content: 'x' }] }).param).toBe('input[0].role')
  })
})

describe('content parts', () => {
  const part = (value: JsonObject) => messages([{ role: 'user', content: [value] }])

  it('a single text becomes a plain string, which every server accepts', () => {
    expect(part({ type: 'input_text', text: 'x' })).toEqual([{ role: 'user', content: 'x' }])
  })

  it('keeps images, audio and files beside text, in order', () => {
    const content = [
      { type: 'input_text', text: 'look' },
      { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' },
      { type: 'input_image', image_url: 'https://x/y.png' },
      { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' },
    ]
    expect(messages([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
          { type: 'image_url', image_url: { url: 'https://x/y.png' } },
          { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA' } },
        ],
      },
    ])
  })

  it("an assistant's earlier text and refusal stay readable", () => {
    const content = [
      { type: 'output_text', text: 'a', annotations: [] },
      { type: 'refusal', refusal: 'no' },
    ]
    expect(messages([{ type: 'message', role: 'assistant', content }])).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'no' },
        ],
      },
    ])
  })

  it.each([
    [{ type: 'input_image', file_id: 'file-1' }, 'file_id'],
    [{ type: 'input_image' }, 'image_url'],
    [{ type: 'input_file', file_id: 'file-1' }, 'file_id'],
    [{ type: 'input_file', file_url: 'https://x/y.pdf' }, 'file_url'],
    [{ type: 'input_file' }, 'file_data'],
    [{ type: 'input_audio' }, 'input_audio'],
    [{ type: 'input_text' }, 'text'],
    [{ type: 'computer_screenshot' }, 'type'],
  ])('%j is refused at its field', (value, field) => {
    expect(refusal({ input: [{ content: [value] }] }).param).toBe(`input[0].content[0].${field}`)
  })

  it('content that is missing is refused', () => {
    expect(refusal({ input: [{ role: 'user' }] }).param).toBe('input[0].content')
    expect(refusal({ input: [{ role: 'user', content: [null] }] }).param).toBe('input[0].content[0]')
  })
})

describe('function calls in the conversation', () => {
  const call = (id: string, args = '{}') => ({
    type: 'function_call',
    id: `fc_${id}`,
    call_id: id,
    name: `fn_${id}`,
    arguments: args,
    status: 'completed',
  })
  const output = (id: string, value: unknown) => ({
    type: 'function_call_output',
    call_id: id,
    output: value,
  })
  const toolCall = (id: string, args = '{}') => ({
    id,
    type: 'function',
    function: { name: `fn_${id}`, arguments: args },
  })
  const tool = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content })

  it('parallel calls become one assistant message, with what the assistant said and without its reasoning', () => {
    const input = [
      { role: 'user', content: 'q' },
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'wait' }] },
      call('a', '{"x":1}'),
      { type: 'reasoning', id: 'rs_2', summary: [] },
      call('b'),
      output('b', 'two'),
      output('a', 'one'),
    ]
    expect(messages(input)).toEqual([
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'wait', tool_calls: [toolCall('a', '{"x":1}'), toolCall('b')] },
      tool('b', 'two'),
      tool('a', 'one'),
    ])
  })

  it('calls made one after the other stay apart', () => {
    const input = [call('a'), output('a', '1'), call('b'), output('b', '2'), { content: 'and?' }]
    expect(messages(input)).toEqual([
      { role: 'assistant', content: null, tool_calls: [toolCall('a')] },
      tool('a', '1'),
      { role: 'assistant', content: null, tool_calls: [toolCall('b')] },
      tool('b', '2'),
      { role: 'user', content: 'and?' },
    ])
  })

  it('results stand straight after their calls, as chat requires, whatever came between', () => {
    const input = [
      call('a'),
      { role: 'assistant', content: 'working' },
      { role: 'user', content: 'hurry' },
      output('a', '1'),
    ]
    expect(messages(input)).toEqual([
      { role: 'assistant', content: 'working', tool_calls: [toolCall('a')] },
      tool('a', '1'),
      { role: 'user', content: 'hurry' },
    ])
  })

  it('an assistant message after results is a message of its own', () => {
    const input = [call('a'), output('a', '1'), { role: 'assistant', content: 'x' }, call('b')]
    expect(messages(input)).toEqual([
      { role: 'assistant', content: null, tool_calls: [toolCall('a')] },
      tool('a', '1'),
      { role: 'assistant', content: 'x', tool_calls: [toolCall('b')] },
    ])
  })

  it('assistant messages without calls are not merged', () => {
    const said = [
      { role: 'assistant', content: 'x' },
      { role: 'assistant', content: 'y' },
    ]
    expect(messages(said)).toEqual(said)
  })

  it('texts of the assistant before and after a call are both kept', () => {
    const input = [{ role: 'assistant', content: 'x' }, call('a'), { role: 'assistant', content: 'y' }]
    expect(messages(input)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'x' },
          { type: 'text', text: 'y' },
        ],
        tool_calls: [toolCall('a')],
      },
    ])
  })

  it('empty arguments become an empty object, because chat templates parse them', () => {
    expect(messages([call('a', '')])).toEqual([
      { role: 'assistant', content: null, tool_calls: [toolCall('a')] },
    ])
  })

  it('an output as a list of texts is kept; images and files in it are refused', () => {
    const texts = [
      { type: 'input_text', text: 'x' },
      { type: 'input_text', text: 'y' },
    ]
    expect(messages([call('a'), output('a', texts.slice(0, 1))])).toContainEqual(tool('a', 'x'))
    expect(messages([call('a'), output('a', texts)])).toContainEqual(
      tool('a', [
        { type: 'text', text: 'x' },
        { type: 'text', text: 'y' },
      ]),
    )
    const image = [{ type: 'input_image', image_url: 'https://x' }]
    expect(refusal({ input: [call('a'), output('a', image)] }).param).toBe('input[1].output[0]')
    expect(refusal({ input: [call('a'), output('a', { x: 1 })] }).param).toBe('input[1].output')
  })

  it('an output without its call is refused and says what to send', () => {
    const { message, param } = refusal({ input: [output('zz', 'x')] })
    expect(param).toBe('input[0].call_id')
    expect(message).toContain('Send the whole conversation')
  })

  it.each([
    [{ type: 'function_call', name: 'f', arguments: '{}' }, 'call_id'],
    [{ type: 'function_call', call_id: 'a', arguments: '{}' }, 'name'],
    [{ type: 'function_call', call_id: 'a', name: 'f', arguments: {} }, 'arguments'],
    [{ type: 'function_call_output', output: 'x' }, 'call_id'],
  ])('%j is refused at its field', (item, field) => {
    expect(refusal({ input: [item] }).param).toBe(`input[0].${field}`)
  })

  it.each(['web_search_call', 'custom_tool_call', 'computer_call', 'mcp_call', 'compaction'])(
    'an item of type %s is refused',
    (type) => {
      expect(refusal({ input: [{ type }] })).toMatchObject({ param: 'input[0].type' })
    },
  )

  it('an item reference is refused and says what to send', () => {
    expect(refusal({ input: [{ type: 'item_reference', id: 'msg_1' }] }).message).toContain(
      'Send the item itself',
    )
  })
})

describe('tools', () => {
  const chatFn = {
    type: 'function',
    function: { name: 'weather', parameters: { type: 'object' }, strict: true },
  }
  const other = { type: 'function', name: 'time', parameters: null, description: 'Now' }

  it('functions are nested and keep strict as it was, set or not', () => {
    expect(chat({ tools: [fn, other] }).tools).toEqual([
      chatFn,
      { type: 'function', function: { name: 'time', description: 'Now' } },
    ])
    expect(chat({ tools: [{ ...fn, strict: false }] }).tools).toEqual([
      { type: 'function', function: { name: 'weather', parameters: { type: 'object' }, strict: false } },
    ])
    expect(chat({ tools: [chatFn] }).tools).toEqual([chatFn])
  })

  it.each(['auto', 'none', 'required'])('tool_choice %s passes', (tool_choice) => {
    expect(chat({ tools: [fn], tool_choice }).tool_choice).toBe(tool_choice)
  })

  it('a chosen function is nested', () => {
    expect(chat({ tools: [fn], tool_choice: { type: 'function', name: 'weather' } }).tool_choice).toEqual({
      type: 'function',
      function: { name: 'weather' },
    })
  })

  it('allowed_tools binds on every server: only the allowed tools are sent', () => {
    const allowed = {
      type: 'allowed_tools',
      mode: 'required',
      tools: [{ type: 'function', name: 'weather' }],
    }
    expect(chat({ tools: [fn, other], tool_choice: allowed })).toMatchObject({
      tools: [chatFn],
      tool_choice: 'required',
    })
    expect(chat({ tools: [fn], tool_choice: { ...allowed, mode: 'auto' } }).tool_choice).toBe('auto')
    expect(refusal({ tools: [other], tool_choice: allowed }).param).toBe('tool_choice.tools')
  })

  it('parallel_tool_calls and a harmless tool_choice are left out when there are no tools', () => {
    const translated = chat({ tools: [], tool_choice: 'auto', parallel_tool_calls: false })
    expect(translated).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] })
    expect(chat({ tools: [fn], parallel_tool_calls: false }).parallel_tool_calls).toBe(false)
    expect(refusal({ tool_choice: 'required' }).param).toBe('tool_choice')
    expect(refusal({ tool_choice: { type: 'function', name: 'weather' } }).param).toBe('tool_choice')
  })

  it.each([
    'web_search',
    'web_search_preview_2025_03_11',
    'file_search',
    'computer_use_preview',
    'code_interpreter',
    'mcp',
    'image_generation',
    'local_shell',
    'shell',
    'apply_patch',
    'custom',
    'namespace',
    'constructor',
  ])('the tool %s is refused, named, with advice', (type) => {
    const { message, param } = refusal({ tools: [fn, { type }] })
    expect(param).toBe('tools[1].type')
    expect(message).toContain(`"${type}"`)
    expect(message).toMatch(/Remove it|Declare it|List its/)
    expect(refusal({ tools: [fn], tool_choice: { type } }).param).toBe('tool_choice.type')
  })

  it('malformed tools are refused', () => {
    expect(refusal({ tools: 'all' }).param).toBe('tools')
    expect(refusal({ tools: [null] }).param).toBe('tools[0]')
    expect(refusal({ tools: [{ type: 'function' }] }).param).toBe('tools[0].name')
    expect(refusal({ tools: [fn], tool_choice: 'any' }).param).toBe('tool_choice')
    expect(refusal({ tools: [fn], tool_choice: { type: 'function' } }).param).toBe('tool_choice.name')
  })
})

describe('output format', () => {
  const schema = { type: 'object', properties: {} }
  const nested = { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } }
  const flat = { type: 'json_schema', name: 'n', schema, strict: true }

  it('text is the default and is not sent', () => {
    expect(chat({ text: { format: { type: 'text' } } })).not.toHaveProperty('response_format')
  })

  it('json_object and json_schema are translated, from text.format or response_format, flat or nested', () => {
    const object = { type: 'json_object' }
    expect(chat({ text: { format: object } }).response_format).toEqual(object)
    expect(chat({ response_format: object }).response_format).toEqual(object)
    expect(chat({ text: { format: flat } }).response_format).toEqual(nested)
    expect(chat({ response_format: nested }).response_format).toEqual(nested)
    expect(chat({ response_format: flat }).response_format).toEqual(nested)
  })

  it('text.format wins over response_format', () => {
    expect(
      chat({ text: { format: flat }, response_format: { type: 'json_object' } }).response_format,
    ).toEqual(nested)
  })

  it('a schema without a name gets one, and a format without a schema is refused', () => {
    expect(chat({ text: { format: { type: 'json_schema', schema } } }).response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'response', schema },
    })
    expect(refusal({ text: { format: { type: 'json_schema', name: 'n' } } }).param).toBe('text.format.schema')
    expect(refusal({ response_format: { type: 'json_schema' } }).param).toBe(
      'response_format.json_schema.schema',
    )
  })

  it('a format invented yesterday passes', () => {
    const format = { type: 'grammar', syntax: 'lark' }
    expect(chat({ text: { format } }).response_format).toEqual(format)
  })
})

describe('other fields', () => {
  it('renames what has another name', () => {
    const translated = chat({
      max_output_tokens: 5,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { verbosity: 'high' },
      top_logprobs: 3,
    })
    expect(translated).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      max_completion_tokens: 5,
      reasoning_effort: 'low',
      verbosity: 'high',
      logprobs: true,
      top_logprobs: 3,
    })
  })

  it("the provider's name for the output limit is used", () => {
    const options = { maxTokensField: 'max_tokens', streamOptions: true } as const
    const translated = responsesToChat({ input: 'x', max_output_tokens: 9 }, options)
    expect(translated).toMatchObject({ max_tokens: 9 })
    expect(translated).not.toHaveProperty('max_completion_tokens')
  })

  it('asks for usage in a stream, unless the provider does not know how', () => {
    expect(chat({ stream: true, stream_options: { include_obfuscation: false } })).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    })
    const options = { maxTokensField: 'max_tokens', streamOptions: false } as const
    const plain = responsesToChat(
      { input: 'x', stream: true, stream_options: { include_usage: true } },
      options,
    )
    expect(plain.stream).toBe(true)
    expect(plain).not.toHaveProperty('stream_options')
    expect(chat({ stream: false, stream_options: {} })).not.toHaveProperty('stream_options')
  })

  it('passes what both APIs share, and fields nobody has heard of, unchanged', () => {
    const shared = {
      temperature: 0,
      top_p: 0.5,
      user: 'u',
      safety_identifier: 's',
      prompt_cache_key: 'k',
      store: false,
      service_tier: 'flex',
      seed: 7,
      invented_yesterday: { deep: [1] },
    }
    expect(chat(shared)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...shared })
  })

  it('metadata goes to the provider only with store, without which OpenAI refuses it', () => {
    expect(chat({ metadata: { a: 'b' } })).not.toHaveProperty('metadata')
    expect(chat({ metadata: { a: 'b' }, store: false })).not.toHaveProperty('metadata')
    expect(chat({ metadata: { a: 'b' }, store: true })).toMatchObject({ store: true, metadata: { a: 'b' } })
  })

  it('leaves out nulls and what chat has no use for', () => {
    const nothing = {
      temperature: null,
      instructions: null,
      tools: null,
      tool_choice: null,
      reasoning: null,
      text: null,
      max_output_tokens: null,
      previous_response_id: null,
      conversation: null,
      background: false,
      prompt: null,
      truncation: 'auto',
      service_tier: 'auto',
      include: ['reasoning.encrypted_content'],
      max_tool_calls: 2,
      top_logprobs: 0,
      n: 1,
    }
    expect(chat(nothing)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] })
  })

  it('asks for log probabilities when they are to be included', () => {
    expect(chat({ include: ['message.output_text.logprobs'] }).logprobs).toBe(true)
  })

  it.each([
    ['previous_response_id', 'resp_1', 'Send the whole conversation'],
    ['conversation', { id: 'conv_1' }, 'Send the whole conversation'],
    ['conversation_id', 'a-uuid', 'Send the whole conversation'],
    ['background', true, 'without it'],
    ['prompt', { id: 'pmpt_1' }, 'instructions'],
    ['moderation', { model: 'omni' }, 'without it'],
    ['messages', [], 'Use input'],
    ['n', 4, 'one answer'],
    ['max_tokens', 5, 'Use max_output_tokens'],
    ['max_completion_tokens', 5, 'Use max_output_tokens'],
    ['functions', [], 'Use tools'],
    ['audio', {}, 'text'],
  ])('%s is refused, with what to do instead', (field, value, advice) => {
    const { message, param } = refusal({ [field]: value })
    expect(param).toBe(field)
    expect(message).toContain(advice)
  })

  it('never changes the body it is given, which the answer repeats later', () => {
    const body = {
      input: [{ role: 'assistant', content: 'x' }],
      tools: [fn],
      stream: true,
      text: { verbosity: 'low' },
    }
    const before = structuredClone(body)
    responsesToChat(body)
    expect(body).toEqual(before)
  })

  it('a field named __proto__ stays a field', () => {
    const translated = responsesToChat(JSON.parse('{"input":"x","__proto__":{"stream":true}}') as JsonObject)
    expect(translated.stream).toBeUndefined()
    expect(Object.getPrototypeOf(translated)).toBe(Object.prototype)
  })
})
