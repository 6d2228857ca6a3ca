import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import type { ResponseStreamEvent } from 'openai/resources/responses/responses'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chatToResponse } from './reply.ts'
import { responsesToChat } from './request.ts'
import { createResponseStream } from './stream.ts'
import { asText, type JsonObject, type ResponseContext } from './wire.ts'

// The unmodified openai SDK against a server that answers /v1/responses from scripted chat completions.

const usage = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  prompt_tokens_details: { cached_tokens: 5 },
  completion_tokens_details: { reasoning_tokens: 3 },
}

const weather = {
  type: 'function' as const,
  name: 'weather',
  strict: true,
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}

const person = {
  type: 'json_schema' as const,
  name: 'person',
  strict: true,
  schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
}

function chunk(delta: JsonObject, finish_reason: string | null = null): JsonObject {
  return {
    id: 'c1',
    object: 'chat.completion.chunk',
    model: 'served',
    choices: [{ index: 0, delta, finish_reason }],
  }
}

const usageChunk = { id: 'c1', object: 'chat.completion.chunk', model: 'served', choices: [], usage }

function call(index: number, fields: { id?: string; name?: string; args?: string }): JsonObject {
  const { id, name, args } = fields
  return { index, ...(id && { id, type: 'function' }), function: { ...(name && { name }), arguments: args } }
}

const scripts: { [model: string]: JsonObject[] } = {
  text: [
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'Let me ' }),
    chunk({ reasoning_content: 'see.' }),
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo!' }, 'stop'),
    usageChunk,
  ],
  tools: [
    chunk({ role: 'assistant', content: 'Looking.' }),
    chunk({ tool_calls: [call(0, { id: 'call_a', name: 'weather', args: '' })] }),
    chunk({ tool_calls: [call(0, { args: '{"city"' })] }),
    chunk({ tool_calls: [call(1, { id: 'call_b', name: 'weather', args: '{"city":"Os' })] }),
    chunk({ tool_calls: [call(0, { args: ':"Rome"}' }), call(1, { args: 'lo"}' })] }),
    chunk({}, 'tool_calls'),
    usageChunk,
  ],
  json: [chunk({ content: '{"name":' }), chunk({ content: '"Ada"}' }), chunk({}, 'stop'), usageChunk],
  refusal: [chunk({ refusal: 'I will ' }), chunk({ refusal: 'not.' }, 'stop')],
  cut: [chunk({ content: 'Once upon' }), chunk({}, 'length'), usageChunk],
  broken: [chunk({ content: 'Once' }), { error: { message: 'Overloaded', code: 'overloaded' } }],
}

/** What a provider answers when not asked to stream. */
const wholes: { [model: string]: JsonObject } = {
  text: { reasoning_content: 'Let me see.', content: 'Hello!' },
  tools: {
    content: null,
    tool_calls: [
      { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
    ],
  },
  json: { content: '{"name":"Ada"}' },
}

let server: Server
let client: OpenAI

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = JSON.parse(await readAll(request)) as JsonObject
    const chat = responsesToChat(body)
    let count = 0
    const context: ResponseContext = {
      id: 'resp_1',
      createdAt: 1_700_000_000,
      request: body,
      itemId: () => `${++count}`,
    }
    if (chat.stream !== true) {
      const choices = [{ index: 0, message: wholes[asText(chat.model)], finish_reason: 'stop' }]
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(chatToResponse({ model: 'served', choices, usage }, context)))
      return
    }
    const stream = createResponseStream(context)
    const pushed = (scripts[asText(chat.model)] ?? []).flatMap((each) => stream.push(each))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of [...pushed, ...stream.finish()]) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  client = new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 })
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function readAll(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text
}

const responseUsage = {
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 5, cache_write_tokens: 0 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 18,
}

it('stream(): text, reasoning and usage arrive, and deltas add up to the text', async () => {
  const stream = client.responses.stream({ model: 'text', input: 'hi' })
  const snapshots: string[] = []
  const seen: ResponseStreamEvent['type'][] = []
  stream.on('response.output_text.delta', (event) => snapshots.push(event.snapshot))
  stream.on('event', (event) => seen.push(event.type))
  const final = await stream.finalResponse()
  expect(final.output_text).toBe('Hello!')
  expect(final.status).toBe('completed')
  expect(final.usage).toEqual(responseUsage)
  expect(final.output.map((item) => item.type)).toEqual(['reasoning', 'message'])
  expect(final.output[0]).toMatchObject({ content: [{ type: 'reasoning_text', text: 'Let me see.' }] })
  expect(snapshots).toEqual(['Hel', 'Hello!'])
  expect(seen[0]).toBe('response.created')
  expect(seen.at(-1)).toBe('response.completed')
})

it('stream(): interleaved parallel tool calls are parsed', async () => {
  const stream = client.responses.stream({ model: 'tools', input: 'hi', tools: [weather] })
  const final = await stream.finalResponse()
  expect(final.output_text).toBe('Looking.')
  expect(final.output.slice(1)).toMatchObject([
    { type: 'function_call', call_id: 'call_a', name: 'weather', parsed_arguments: { city: 'Rome' } },
    { type: 'function_call', call_id: 'call_b', name: 'weather', parsed_arguments: { city: 'Oslo' } },
  ])
})

it('stream(): structured output is parsed', async () => {
  const stream = client.responses.stream({ model: 'json', input: 'hi', text: { format: person } })
  expect((await stream.finalResponse()).output_parsed).toEqual({ name: 'Ada' })
})

it('stream(): a refusal arrives as such', async () => {
  const final = await client.responses.stream({ model: 'refusal', input: 'hi' }).finalResponse()
  expect(final.output_text).toBe('')
  expect(final.output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'I will not.' }] }])
})

it('stream(): an answer that was cut off is incomplete, with its text', async () => {
  const final = await client.responses.stream({ model: 'cut', input: 'hi' }).finalResponse()
  expect(final).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output_text: 'Once upon',
    usage: responseUsage,
  })
})

it('stream(): an error of the provider is a failed response, with its text', async () => {
  const final = await client.responses.stream({ model: 'broken', input: 'hi' }).finalResponse()
  expect(final).toMatchObject({
    status: 'failed',
    error: { code: 'overloaded', message: 'Overloaded' },
    output_text: 'Once',
  })
})

it('create({ stream: true }): the raw events are numbered without gaps', async () => {
  const numbers: number[] = []
  for await (const event of await client.responses.create({ model: 'tools', input: 'hi', stream: true })) {
    numbers.push(event.sequence_number)
  }
  expect(numbers).toEqual(numbers.map((_, index) => index))
  expect(numbers.length).toBeGreaterThan(10)
})

it('create(): text and usage', async () => {
  const response = await client.responses.create({ model: 'text', input: 'hi', instructions: 'Be kind.' })
  expect(response.output_text).toBe('Hello!')
  expect(response.usage).toEqual(responseUsage)
  expect(response.instructions).toBe('Be kind.')
})

it('parse(): structured output and strict tools', async () => {
  const parsed = await client.responses.parse({ model: 'json', input: 'hi', text: { format: person } })
  expect(parsed.output_parsed).toEqual({ name: 'Ada' })
  const called = await client.responses.parse({ model: 'tools', input: 'hi', tools: [weather] })
  expect(called.output).toMatchObject([{ parsed_arguments: { city: 'Rome' } }])
})

it('the output of one response is valid input for the next, as agents send it back', async () => {
  const first = await client.responses.create({ model: 'tools', input: 'hi', tools: [weather] })
  const input = [
    { role: 'user', content: 'hi' },
    ...first.output,
    { type: 'function_call_output', call_id: 'call_a', output: '{"sky":"blue"}' },
  ]
  expect(responsesToChat({ model: 'tools', input }).messages).toEqual([
    { role: 'user', content: 'hi' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_a', content: '{"sky":"blue"}' },
  ])
})
