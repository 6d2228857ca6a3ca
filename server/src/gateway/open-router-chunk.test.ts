import { ChatResult$inboundSchema } from '@openrouter/sdk/models/chatresult.js'
import { ChatStreamChunk$inboundSchema } from '@openrouter/sdk/models/chatstreamchunk.js'
import { describe, expect, it } from 'vitest'
import { openRouterChunk, openRouterCompletion } from './open-router-chunk.ts'
import { dataOf } from './sse.ts'

/** As vLLM, Ollama and their kin write what there is not. */
const NULLS = {
  tool_calls: null,
  reasoning_details: null,
  audio: null,
  images: null,
  name: null,
  model: null,
}
const BASE = { id: 'c', created: 1, model: 'm' }

describe('OpenRouter’s SDK', () => {
  it('takes a chunk of a provider that sends null for what there is not, and only the nulls are gone', () => {
    const choice = { index: 0, finish_reason: null, logprobs: null }
    const delta = { content: 'Hi', refusal: null }
    const chunk = { ...BASE, object: 'chat.completion.chunk', usage: null, system_fingerprint: null }
    const bytes = openRouterChunk(
      { ...chunk, choices: [{ ...choice, delta: { ...delta, ...NULLS, role: null } }] },
      {},
    )
    const told: unknown = JSON.parse(dataOf(bytes as Buffer) as string)
    expect(told).toEqual({ ...BASE, object: 'chat.completion.chunk', choices: [{ ...choice, delta }] })
    expect(ChatStreamChunk$inboundSchema.safeParse(told).error).toBeUndefined()
    expect(openRouterChunk(told as Record<string, unknown>, {})).toBeUndefined()
  })

  it('takes a whole answer of such a provider, and only the nulls are gone', () => {
    const choice = { index: 0, finish_reason: 'stop', logprobs: null }
    const message = { role: 'assistant', content: null, refusal: null }
    const answer = { ...BASE, object: 'chat.completion', usage: null }
    const told = openRouterCompletion({
      ...answer,
      choices: [{ ...choice, message: { ...message, ...NULLS } }],
    })
    const { usage: _, ...kept } = answer
    expect(told).toEqual({ ...kept, choices: [{ ...choice, message }], system_fingerprint: null })
    expect(ChatResult$inboundSchema.safeParse(told).error).toBeUndefined()
    expect(openRouterCompletion(told as Record<string, unknown>)).toBeUndefined()
  })

  it.each([undefined, null, 'x', [null], [{ delta: null, message: 'x' }]])(
    'gets choices that are none as they came: %j',
    (choices) => {
      expect(openRouterChunk({ ...BASE, choices }, {})).toBeUndefined()
      expect(openRouterCompletion({ ...BASE, choices, system_fingerprint: 'f' })).toBeUndefined()
    },
  )
})
