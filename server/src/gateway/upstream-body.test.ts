import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CONFIG,
  caller,
  modelCall,
  modelRequest,
  NOW,
  puppet,
  routeTo,
} from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { type Endpoint, type ModelCall, readModelRequest } from './model-request.ts'
import { isTranslated, upstreamRequest } from './upstream-body.ts'

type Supports = Parameters<typeof puppet>[0]

const sent = (body: object, more: Partial<ModelCall> = {}, supports: Supports = {}) => {
  const { body: text, ...rest } = upstreamRequest(
    modelRequest(body, more),
    routeTo(puppet(supports), 'their-name'),
  )
  return { ...rest, json: JSON.parse(String(text)) as Record<string, unknown> }
}

/** A value as it comes out of JSON, where −0 is 0. */
const written = (value: unknown): unknown =>
  (JSON.parse(JSON.stringify({ value })) as { value?: unknown }).value

const NATIVE = { responses: true }

describe('what a provider gets', () => {
  it('is the caller’s own body but for a closed list of fields, known ones and ones invented yesterday alike', () => {
    // Without names that need an escape: V8's JSON.parse mistakes them for others it met before (nodejs/node#63785).
    const name = fc.oneof(
      fc.constantFrom(
        'stream',
        'stream_options',
        'project_id',
        'max_tokens',
        'max_completion_tokens',
        'user',
        'tools',
        'n',
        'metadata',
        'temperature',
      ),
      fc.stringMatching(/^[^"\\\u0000-\u001f]{0,8}$/),
    )
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(null, true, false, { include_usage: false, more: 1 }),
    )
    const endpoint = fc.constantFrom<Endpoint>('chat.completions', 'responses', 'embeddings')
    const supports = fc.record({ streamOptions: fc.boolean(), maxCompletionTokens: fc.boolean() })
    fc.assert(
      fc.property(fc.dictionary(name, value), endpoint, supports, (given, endpoint, flags) => {
        const { project_id, user, safety_identifier, ...rest } = given
        fc.pre(rest.stream == null || typeof rest.stream === 'boolean')
        const body: Record<string, unknown> = {
          input: 'x',
          messages: [],
          ...rest,
          model: 'm',
          ...(project_id !== undefined && { project_id: 'p' }),
        }
        fc.pre(
          endpoint !== 'responses' ||
            (body.input != null && body.input !== '' && JSON.stringify(body.input) !== '[]'),
        )
        const { json } = sent(body, { endpoint, caller: caller({}, ['p']) }, { ...NATIVE, ...flags })
        const touched = new Set([
          'model',
          'project_id',
          'stream',
          'stream_options',
          'max_tokens',
          'max_completion_tokens',
        ])
        for (const field of new Set([...Object.keys(body), ...Object.keys(json)])) {
          if (!touched.has(field)) expect([field, json[field]]).toEqual([field, written(body[field])])
        }
        expect(json.model).toBe('their-name')
        expect('project_id' in json).toBe(false)
        if (endpoint !== 'chat.completions') {
          for (const field of ['stream_options', 'max_tokens', 'max_completion_tokens'])
            expect(json[field]).toEqual(written(body[field]))
        }
        const streamed = body.stream === true && endpoint !== 'embeddings'
        expect(json.stream).toBe(body.stream === undefined ? undefined : streamed)
      }),
      { numRuns: 500 },
    )
  })

  it('has every number as the caller wrote it', () => {
    const text =
      '{"model":"m","messages":[],"seed":9007199254740993,"logit_bias":{"5":1e400},"temperature":-0}'
    const request = readModelRequest(modelCall(text), CONFIG, NOW)
    expect(String(upstreamRequest(request, routeTo(puppet(), 'x')).body)).toBe(text.replace('"m"', '"x"'))
  })

  it('asks for the usage of a chat stream, and keeps what else the caller asked for', () => {
    expect(sent({ stream: true }).json.stream_options).toEqual({ include_usage: true })
    expect(
      sent({ stream: true, stream_options: { include_usage: false, x: 1 } }).json.stream_options,
    ).toEqual({ include_usage: true, x: 1 })
    expect(sent({ stream: true, stream_options: null }).json.stream_options).toEqual({ include_usage: true })
    expect('stream_options' in sent({}).json).toBe(false)
    expect('stream_options' in sent({ stream: true }, { endpoint: 'responses' }, NATIVE).json).toBe(false)
    expect(
      'stream_options' in
        sent({ stream: true, stream_options: { include_usage: true } }, {}, { streamOptions: false }).json,
    ).toBe(false)
  })

  it('limits the output by the name that the provider knows, and never by less than was asked', () => {
    const old = { maxCompletionTokens: false }
    expect(sent({ max_completion_tokens: 5 }, {}, old).json).toMatchObject({ max_tokens: 5 })
    expect('max_completion_tokens' in sent({ max_completion_tokens: 5 }, {}, old).json).toBe(false)
    expect(sent({ max_completion_tokens: 5, max_tokens: 3 }, {}, old).json.max_tokens).toBe(3)
    expect(sent({ max_completion_tokens: 5 }).json).toMatchObject({ max_completion_tokens: 5 })
    expect(sent({ max_tokens: 5 }, {}, old).json.max_tokens).toBe(5)
  })

  it('is told our limit, by the name it knows, when the client set none, and never instead of the client’s', () => {
    const limited = (body: object, endpoint: Endpoint, supports: Supports = {}, limit = 7) => {
      const request = modelRequest(body, { endpoint })
      const json = JSON.parse(String(upstreamRequest(request, routeTo(puppet(supports)), limit).body))
      return [json.max_tokens, json.max_completion_tokens, json.max_output_tokens]
    }
    const old = { maxCompletionTokens: false }
    expect(limited({}, 'chat.completions')).toEqual([undefined, 7, undefined])
    expect(limited({}, 'chat.completions', old)).toEqual([7, undefined, undefined])
    expect(limited({ max_tokens: null }, 'chat.completions', old)).toEqual([7, undefined, undefined])
    expect(limited({ max_tokens: 9 }, 'chat.completions')).toEqual([9, undefined, undefined])
    expect(limited({}, 'responses', NATIVE)).toEqual([undefined, undefined, 7])
    expect(limited({ max_output_tokens: 9 }, 'responses', NATIVE)).toEqual([undefined, undefined, 9])
    expect(limited({ max_output_tokens: null }, 'responses')).toEqual([undefined, 7, undefined])
    expect(limited({}, 'responses', old)).toEqual([7, undefined, undefined])
    expect(limited({ max_output_tokens: 9 }, 'responses', old)).toEqual([9, undefined, undefined])
    expect(limited({ input: 'x' }, 'embeddings')).toEqual([undefined, undefined, undefined])
    // No quota of tokens or money applies.
    expect(limited({}, 'chat.completions', {}, 0)).toEqual([undefined, undefined, undefined])
  })

  it('is told to stream when that is the default here, though the caller did not say so', () => {
    const config = { ...CONFIG, responses: { streamByDefault: true } }
    const request = modelRequest({}, { endpoint: 'responses' }, config)
    expect(JSON.parse(String(upstreamRequest(request, routeTo(puppet(NATIVE))).body))).toMatchObject({
      stream: true,
    })
  })

  it('goes to the path of its endpoint; a response to one that knows only chat is a chat', () => {
    expect(sent({}).path).toBe('/chat/completions')
    expect(sent({ input: 'x' }, { endpoint: 'embeddings' }).path).toBe('/embeddings')
    expect(sent({}, { endpoint: 'responses' }, NATIVE).path).toBe('/responses')
    const { path, json } = sent(
      { input: 'Hi', project_id: 'p', max_output_tokens: 5 },
      { endpoint: 'responses', caller: caller({}, ['p']) },
    )
    expect(path).toBe('/chat/completions')
    expect(json).toMatchObject({
      model: 'their-name',
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 5,
    })
    expect('project_id' in json).toBe(false)
    const request = modelRequest({}, { endpoint: 'responses' })
    expect(isTranslated(request, routeTo(puppet()))).toBe(true)
    expect(isTranslated(request, routeTo(puppet(NATIVE)))).toBe(false)
    expect(isTranslated(modelRequest(), routeTo(puppet()))).toBe(false)
  })

  it('leaves the caller’s request as it was, so that the next route gets it whole', () => {
    const request = modelRequest(
      { stream: true, max_completion_tokens: 5, project_id: 'p' },
      { caller: caller({}, ['p']) },
    )
    const before = JSON.stringify(request.json)
    upstreamRequest(request, routeTo(puppet({ maxCompletionTokens: false, streamOptions: false })))
    upstreamRequest(request, routeTo(puppet()))
    expect(JSON.stringify(request.json)).toBe(before)
  })
})

describe('what a provider cannot be given', () => {
  const refusal = (work: () => unknown) => {
    try {
      return work()
    } catch (error) {
      return error instanceof AppError ? [error.code, error.status] : error
    }
  }

  it('because the translation has no words for it is refused with the field’s name', () => {
    expect(refusal(() => sent({ previous_response_id: 'resp_1' }, { endpoint: 'responses' }))).toEqual([
      'not_supported_upstream',
      400,
    ])
  })

  it.each<[string, Endpoint, Supports]>([
    ['a chat', 'chat.completions', {}],
    ['a response', 'responses', NATIVE],
    ['a response told as a chat', 'responses', {}],
    ['embeddings', 'embeddings', {}],
  ])(
    'because it is nested too deeply, as %s, is refused, and is no fault of ours',
    (_, endpoint, supports) => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
      for (const field of ['input', 'messages', 'tools', 'metadata']) {
        const text = `{"model":"m",${field === 'input' ? '' : '"input":"x",'}"${field}":${deep}}`
        const request = readModelRequest(modelCall(text, { endpoint }), CONFIG, NOW)
        const [code, status] = refusal(() =>
          String(upstreamRequest(request, routeTo(puppet(supports))).body),
        ) as [string, number]
        expect([field, code, status]).toEqual([
          field,
          expect.stringMatching(/^(invalid_json|not_supported_upstream)$/),
          400,
        ])
      }
    },
  )
})
