import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONFIG, modelCall, modelOf, modelRequest, NOW } from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { needOf } from '../limits/demand.ts'
import type { Unit } from '../limits/quota.ts'
import { parsePrice } from '../usage/price.ts'
import { demandOf } from './bound.ts'
import { type Endpoint, readModelRequest } from './model-request.ts'

const WINDOW = 100_000
const MODEL = modelOf('m', [], { contextWindow: WINDOW, maxOutputTokens: 4000 })
const PRICE = parsePrice({ input: '2', output: '8', cachedInput: '0.5' })
const BUDGET: ReadonlySet<Unit> = new Set(['credits', 'requests'])
const TOKENS: ReadonlySet<Unit> = new Set(['tokens'])

// A chat's messages, which the support gives every request, are no field of embeddings.
const asked = (body: object, endpoint: Endpoint) =>
  modelRequest({ ...(endpoint === 'embeddings' && { messages: null }), ...body }, { endpoint })

const demand = (body: object, endpoint: Endpoint = 'chat.completions', units = BUDGET, price = PRICE) =>
  demandOf(asked(body, endpoint), MODEL, price, units)

const inputOf = (body: object, endpoint: Endpoint = 'chat.completions', units = BUDGET) =>
  demand(body, endpoint, units).inputTokens

function refusal(work: () => unknown) {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { code: error.code, status: error.status, param: error.details.param, message: error.message }
  }
}

const say = (content: unknown, more: object = {}) => ({ messages: [{ role: 'user', content, ...more }] })
const FUNCTION = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } }

describe('the bound of the input', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200, size: 'max' })
  const contentOf = (words: readonly string[]) =>
    words.map((word, index) => ({ role: index % 2 ? 'assistant' : 'user', content: word }))

  it('is never below the tokens of a tokenizer that makes one of every byte, and never above the window', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (words) => {
        const tokens = words.reduce((sum, word) => sum + Buffer.byteLength(word) + 5, 0)
        const input = inputOf({ messages: contentOf(words) })
        expect(input).toBeGreaterThanOrEqual(Math.min(tokens, WINDOW))
        expect(input).toBeLessThanOrEqual(WINDOW)
      }),
    )
  })

  it('counts a stray byte, which is no UTF-8, as the three bytes of the character that it is read as', () => {
    const around = ['{"model":"m","messages":[{"role":"user","content":"', '"}]}']
    const body = Buffer.concat([
      Buffer.from(`${around[0]}`),
      Buffer.alloc(5000, 0xff),
      Buffer.from(`${around[1]}`),
    ])
    const request = readModelRequest(modelCall(body), CONFIG, NOW)
    expect(demandOf(request, MODEL, PRICE, BUDGET).inputTokens).toBeGreaterThan(15_000)
  })

  it('does not fall when a message is added, nor the hold when n or the maximum rises', () => {
    const size = fc.integer({ min: 1, max: 200_000 })
    const n = fc.integer({ min: 1, max: 127 })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 9 }), size, n, (words, max_tokens, n) => {
        const hold = (messages: object[], max_tokens: number, n: number) =>
          needOf(
            demand({ messages, max_tokens, n }),
            'credits',
            demand({ messages, max_tokens, n }).outputTokens,
          )
        const messages = contentOf(words)
        const most = hold(messages, max_tokens, n)
        expect(hold(messages.slice(1), max_tokens, n)).toBeLessThanOrEqual(most)
        expect(hold(messages, Math.ceil(max_tokens / 2), n)).toBeLessThanOrEqual(most)
        expect(hold(messages, max_tokens, n + 1)).toBeGreaterThan(most)
      }),
    )
  })

  it('is above what a template makes of tools, which writes numbers in full and white space between', () => {
    const schema = `{"type":"object","enum":[${'1e20,'.repeat(500)}1]}`
    const text = `{"model":"m","messages":[],"tools":[{"type":"function","function":{"parameters":${schema}}}]}`
    const request = readModelRequest(modelCall(text), CONFIG, NOW)
    const laidOut = JSON.stringify(request.json.tools, null, 1).replace(/\s+/g, ' ')
    expect(demandOf(request, MODEL, PRICE, BUDGET).inputTokens).toBeGreaterThan(laidOut.length)
  })

  it.each<[string, Endpoint, object]>([
    ['a text', 'chat.completions', say('Hi')],
    ['parts of text', 'chat.completions', say([{ type: 'text', text: 'Hi', cache_control: { type: 'x' } }])],
    [
      'calls and results',
      'chat.completions',
      say(null, { tool_calls: [{ id: 'c', function: { arguments: '{}' } }] }),
    ],
    ['functions of the caller', 'chat.completions', { tools: [FUNCTION, { type: 'custom', custom: {} }] }],
    ['a switch of the template', 'chat.completions', { chat_template_kwargs: { enable_thinking: false } }],
    ['nulls', 'chat.completions', { tools: null, audio: null, web_search_options: null, n: null }],
    ['input as a string', 'responses', { input: 'Hi', instructions: 'Be brief', store: true }],
    ['items', 'responses', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }] }],
    ['calls', 'responses', { input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }] }],
    ['results', 'responses', { input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] }],
    ['strings', 'embeddings', { input: ['a', 'b'] }],
    ['tokens', 'embeddings', { input: [[1, 2], [3]] }],
  ])('is a few hundred tokens more than the bytes of plain text: %s', (_, endpoint, body) => {
    const { length } = asked(body, endpoint).body
    const input = inputOf(body, endpoint)
    expect(input).toBeGreaterThan(length)
    expect(input).toBeLessThan(3 * length + 600)
  })

  it.each<[string, Endpoint, object]>([
    ['an image', 'chat.completions', say([{ type: 'image_url', image_url: { url: 'https://x' } }])],
    ['sound', 'chat.completions', say([{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }])],
    ['a file', 'chat.completions', say([{ type: 'file', file: { file_id: 'f' } }])],
    ['an image beside a text', 'chat.completions', say([{ type: 'text', text: '', image_url: 'https://x' }])],
    ['sound said before', 'chat.completions', say('', { audio: { id: 'a' } })],
    ['no list of messages', 'chat.completions', { messages: 'Hi' }],
    ['a hosted tool', 'chat.completions', { tools: [FUNCTION, { type: 'web_search' }] }],
    ...['web_search', 'web_search_preview', 'file_search', 'code_interpreter', 'mcp', 'image_generation'].map(
      (type): [string, Endpoint, object] => [`the hosted ${type}`, 'responses', { tools: [{ type }] }],
    ),
    ['an earlier response', 'responses', { previous_response_id: 'resp_1' }],
    ['a conversation', 'responses', { conversation: 'conv_1' }],
    ['a reference', 'responses', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['a reference without its type', 'responses', { input: [{ id: 'msg_1' }] }],
    ['stored reasoning', 'responses', { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] }],
    ['sealed reasoning', 'responses', { input: [{ type: 'reasoning', encrypted_content: 'x' }] }],
    [
      'an image as a result',
      'responses',
      { input: [{ type: 'function_call_output', output: [{ type: 'input_image' }] }] },
    ],
  ])('is the context window for what bytes do not bound: %s', (_, endpoint, body) => {
    expect(inputOf(body, endpoint)).toBe(WINDOW)
  })

  it('is the context window under a limit of tokens when a field may bring input that is not in the body', () => {
    for (const field of [
      { prompt: { id: 'p' } },
      { invented: 1 },
      { chat_template_kwargs: { chat_template: '{%%}' } },
    ])
      expect(inputOf(field, 'responses', TOKENS)).toBe(WINDOW)
    expect(inputOf({ service_tier: 'priority' }, 'chat.completions', TOKENS)).toBeLessThan(WINDOW)
  })

  it('is the context window once per input of embeddings', () => {
    const long = 'x'.repeat(WINDOW)
    expect(inputOf({ input: long }, 'embeddings')).toBe(WINDOW)
    expect(inputOf({ input: [long, long, long] }, 'embeddings')).toBeGreaterThan(2.9 * WINDOW)
    expect(inputOf({ input: [{ image: 'x' }, { image: 'y' }] }, 'embeddings')).toBe(2 * WINDOW)
    expect(inputOf({ input: Array(WINDOW).fill(7) }, 'embeddings')).toBe(WINDOW)
  })

  it('refuses what is nested too deeply to be written as the client’s fault', () => {
    const text = `{"model":"m","messages":[],"tools":[{"type":"function","x":${'['.repeat(40_000)}${']'.repeat(40_000)}}]}`
    const request = readModelRequest(modelCall(text), CONFIG, NOW)
    expect(refusal(() => demandOf(request, MODEL, PRICE, BUDGET))).toMatchObject({ code: 'invalid_json' })
  })
})
