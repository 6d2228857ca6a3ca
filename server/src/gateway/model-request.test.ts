import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONFIG, caller, modelCall, NOW } from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { type ModelCall, readModelRequest } from './model-request.ts'

const read = (body: unknown, more: Partial<ModelCall> = {}, config = CONFIG) =>
  readModelRequest(modelCall(body, more), config, NOW)

function refusal(body: unknown, more: Partial<ModelCall> = {}): { code: string; param?: string | undefined } {
  try {
    read(body, more)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { code: error.code, param: error.details.param }
  }
  throw new Error(`${JSON.stringify(body)} was not refused`)
}

const RESPONSES = { endpoint: 'responses' } as const

describe('a model request', () => {
  it('is read as it came: no field is lost, and no number changed', () => {
    const text = '{"model":"m","seed":9007199254740993,"new_field":{"a":[1e400,0.10]},"messages":[]}'
    expect(JSON.stringify(read(text).json)).toBe(text.replace('0.10', '0.1'))
  })

  it.each([
    '',
    ' ',
    '{',
    'null',
    '[]',
    '"x"',
    '1',
    '{"model":"m"}x',
    "{'model':'m'}",
    '{model:1}',
    '\ufeff{"model":"m"}',
    '{"a":NaN}',
  ])('is refused when its body is %j', (body) => {
    expect(refusal(body).code).toBe('invalid_json')
  })

  it('of any bytes whatever is read or refused by the catalogue, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(refusal(Buffer.from(bytes)).code).toBe('invalid_json')
      }),
    )
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'model',
            'stream',
            'input',
            'user',
            'project_id',
            'stream_options',
            'safety_identifier',
          ),
          fc.jsonValue(),
        ),
        (body) => {
          for (const endpoint of ['chat.completions', 'responses', 'embeddings'] as const) {
            try {
              read(body, { endpoint })
            } catch (error) {
              expect(error).toBeInstanceOf(AppError)
              expect((error as AppError).status).toBeLessThan(500)
            }
          }
        },
      ),
    )
  })

  it('names its model, or is refused; without one a response is answered by the model that fits', () => {
    expect(read({ model: 'm' }).modelName).toBe('m')
    expect(read({ input: 'x' }, RESPONSES).modelName).toBe('auto')
    expect(read({ input: 'x', model: null }, RESPONSES).modelName).toBe('auto')
    for (const body of [{}, { model: '' }, { model: null }, { model: 5 }, { model: ['m'] }])
      expect(refusal(body)).toEqual({ code: 'invalid_request', param: 'model' })
  })

  it('for a response has an input', () => {
    for (const input of [undefined, null, '', []])
      expect(refusal({ model: 'm', input }, RESPONSES)).toEqual({ code: 'invalid_request', param: 'input' })
    expect(read({ input: [{}] }, RESPONSES).modelName).toBe('auto')
  })

  it('streams when it says so, and never by a value that only looks like true', () => {
    expect(read({ model: 'm', stream: true }).streamed).toBe(true)
    expect(read({ model: 'm', stream: false }).streamed).toBe(false)
    expect(read({ model: 'm', stream: null }).streamed).toBe(false)
    for (const stream of ['true', 1, 0, {}, []])
      expect(refusal({ model: 'm', stream })).toEqual({ code: 'invalid_request', param: 'stream' })
    expect(read({ model: 'm', stream: true }, { endpoint: 'embeddings' }).streamed).toBe(false)
  })

  it('that leaves it open streams where that is the default, unless it asks for JSON', () => {
    const config = { ...CONFIG, responses: { streamByDefault: true } }
    const streamed = (body: object, accept?: string, endpoint: ModelCall['endpoint'] = 'responses') =>
      read({ model: 'm', input: 'x', ...body }, { endpoint, accept }, config).streamed
    expect(streamed({})).toBe(true)
    expect(streamed({}, '*/*')).toBe(true)
    expect(streamed({}, 'text/event-stream')).toBe(true)
    expect(streamed({}, 'application/json')).toBe(false)
    expect(streamed({}, 'text/plain, Application/JSON;q=0.9')).toBe(false)
    expect(streamed({ stream: true }, 'application/json')).toBe(true)
    expect(streamed({ stream: false }, '*/*')).toBe(false)
    expect(streamed({}, '*/*', 'chat.completions')).toBe(false)
    expect(read({ input: 'x' }, RESPONSES).streamed).toBe(false)
  })

  it('wants the usage chunk only when it asks for it in so many words', () => {
    const wants = (stream_options: unknown) => read({ model: 'm', stream: true, stream_options }).wantsUsage
    expect(wants({ include_usage: true })).toBe(true)
    for (const other of [
      undefined,
      null,
      {},
      { include_usage: false },
      { include_usage: 'true' },
      [true],
      'x',
    ])
      expect(wants(other)).toBe(false)
  })

  it('may name the projects of its user and no other, with one answer for foreign, unknown and malformed', () => {
    const key = caller({}, ['p1', 'p2'])
    expect(read({ model: 'm', project_id: 'p2' }, { caller: key }).projectId).toBe('p2')
    expect(read({ model: 'm', project_id: null }, { caller: key }).projectId).toBeNull()
    for (const project_id of ['p3', '', 5, {}, ['p1'], 'P1', true, '__proto__'])
      expect(refusal({ model: 'm', project_id }, { caller: key })).toEqual({
        code: 'project_forbidden',
        param: 'project_id',
      })
  })

  it('with a key of a project counts for it, and cannot be counted for another', () => {
    const key = caller({ projectId: 'p1' }, ['p1', 'p2'])
    expect(read({ model: 'm' }, { caller: key }).projectId).toBe('p1')
    expect(read({ model: 'm', project_id: 'p1' }, { caller: key }).projectId).toBe('p1')
    expect(refusal({ model: 'm', project_id: 'p2' }, { caller: key }).code).toBe('project_forbidden')
  })

  it('says whom it serves: the header before the body, the newer field before the older', () => {
    const end = (body: object, endUser?: string) => read({ model: 'm', ...body }, { endUser }).endUserId
    expect(end({})).toBeNull()
    expect(end({ user: 'u' })).toBe('u')
    expect(end({ user: 'u', safety_identifier: 's' })).toBe('s')
    expect(end({ user: 'u', safety_identifier: 's' }, ' h ')).toBe('h')
    expect(end({ user: 'u', safety_identifier: null })).toBe('u')
    expect(end({ user: '' })).toBeNull()
    for (const user of [5, {}, [], true]) expect(refusal({ model: 'm', user }).code).toBe('invalid_request')
    for (const user of ['a\nb', 'a\u0000', 'x'.repeat(257), ' '])
      expect(refusal({ model: 'm', user }).code).toBe('invalid_request')
  })
})
