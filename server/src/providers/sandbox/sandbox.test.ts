import { describe, expect, it, vi } from 'vitest'
import { createSandboxProvider } from './sandbox.ts'

const SUPPORTS = { responses: true, streamOptions: true, maxCompletionTokens: true }
const sandbox = createSandboxProvider({ id: 'sandbox', supports: SUPPORTS })

interface Answer {
  status: number
  text: string
  pieces: number
  end: 'end' | 'broken'
}

function ask(body: object, path = '/chat/completions'): Promise<Answer> {
  return new Promise((resolve) => {
    let status = 0
    const pieces: string[] = []
    const over = (end: Answer['end']) =>
      resolve({ status, text: pieces.join(''), pieces: pieces.length, end })
    sandbox.send(
      { path, body: JSON.stringify({ model: 'sandbox-chat', ...body }), streamed: false },
      {
        headers: (given) => {
          status = given
        },
        data: (chunk) => pieces.push(chunk.toString()),
        end: () => over('end'),
        error: () => over('broken'),
      },
    )
  })
}

const chat = (content: unknown, more: object = {}) => ask({ messages: [{ role: 'user', content }], ...more })
const script = (what: object, more: object = {}) => chat(`#sandbox ${JSON.stringify(what)}`, more)
const choice = ({ text }: Answer) => JSON.parse(text).choices[0]
const deltas = ({ text }: Answer) =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)))

describe('the sandbox', () => {
  it('gives the same answer to the same request, to the byte', async () => {
    for (const stream of [false, true])
      expect(await chat('Hi', { stream })).toEqual(await chat('Hi', { stream }))
    expect((await chat('Hi')).text).not.toBe((await chat('Ho')).text)
  })

  it('streams exactly the text that it gives whole, blanks and all', async () => {
    for (const text of ['one two  three\n', '  leading', ' ', 'ä😀 x', '']) {
      const whole = choice(await script({ text })).message.content
      const pieces = deltas(await script({ text }, { stream: true })).map(
        (chunk) => chunk.choices[0]?.delta.content ?? '',
      )
      expect([whole, pieces.join('')]).toEqual([text, text])
    }
  })

  it('keeps to the limit of output tokens, and says that it was the limit', async () => {
    const text = 'word '.repeat(50)
    for (const limit of [{ max_tokens: 5 }, { max_completion_tokens: 5, max_tokens: 50 }]) {
      const answer = await script({ text }, limit)
      expect(choice(answer)).toMatchObject({
        finish_reason: 'length',
        message: { content: 'word '.repeat(4) },
      })
      expect(JSON.parse(answer.text).usage.completion_tokens).toBeLessThanOrEqual(5)
    }
    expect(choice(await script({ text }, { max_tokens: 100 })).finish_reason).toBe('stop')
    expect(
      deltas(await script({ text }, { max_tokens: 5, stream: true })).at(-1).choices[0].finish_reason,
    ).toBe('length')
  })

  it('reports usage in a stream only when it is asked to', async () => {
    const usage = async (more: object) =>
      deltas(await chat('Hi', { stream: true, ...more })).filter((chunk) => chunk.usage)
    expect(await usage({})).toHaveLength(0)
    expect(await usage({ stream_options: { include_usage: true } })).toHaveLength(1)
  })

  it('does what its script says', async () => {
    expect(await script({ status: 503 })).toMatchObject({ status: 503, end: 'end' })
    expect(
      choice(await script({ tool: { name: 'f', arguments: { a: 1 } } })).message.tool_calls[0].function,
    ).toEqual({
      name: 'f',
      arguments: '{"a":1}',
    })
    expect(JSON.parse((await script({ usage: false })).text).usage).toBeUndefined()
    expect(await script({ text: 'a b c', cut: 2 }, { stream: true })).toMatchObject({
      pieces: 2,
      end: 'broken',
    })
  })

  it.each([
    { text: 5 },
    { text: {} },
    { tool: true },
    { tool: null },
    { tool: { name: 5 } },
    { status: 'x' },
    { status: 1e9 },
    { delayMs: -5 },
    { delayMs: 'x' },
    { cut: 'x' },
    { usage: 'no' },
  ])('is not thrown by a script that makes no sense: %j', async (what) => {
    expect(await script(what)).toMatchObject({ status: 200, end: 'end' })
  })

  it('answers a prompt of megabytes without holding everybody else up', async () => {
    const started = performance.now()
    const answer = await chat('word '.repeat(400_000), { max_tokens: 100_000 })
    expect(answer.status).toBe(200)
    // Counting the text anew for every word took minutes.
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe('the sandbox’s embeddings', () => {
  const embed = (body: object) => ask(body, '/embeddings')
  const vectors = ({ text }: Answer) =>
    JSON.parse(text).data.map(({ embedding }: { embedding: number[] }) => embedding)

  it('are unit vectors of the size that was asked for, the same for the same text', async () => {
    const [a, b, again] = vectors(await embed({ input: ['a', 'b', 'a'] }))
    expect(a).toHaveLength(64)
    expect(Math.hypot(...a)).toBeCloseTo(1)
    expect(a).toEqual(again)
    expect(a).not.toEqual(b)
    expect(vectors(await embed({ input: 'a', dimensions: 10 }))[0]).toHaveLength(10)
    expect(vectors(await embed({ input: [1, 2, 3] }))).toHaveLength(1)
  })

  it('of nothing are refused, and of more than memory could hold, too', async () => {
    for (const input of [undefined, null]) expect((await embed({ input })).status).toBe(400)
    expect((await embed({ input: Array(2049).fill('a'), dimensions: 1 })).status).toBe(400)
    expect(vectors(await embed({ input: 'a', dimensions: 1e9 }))[0]).toHaveLength(1024)
  })
})

it('An aborted exchange tells nothing more, and a paused one waits', async () => {
  vi.useFakeTimers()
  try {
    const told: string[] = []
    const events = {
      headers: () => told.push('headers'),
      data: () => told.push('data'),
      end: () => told.push('end'),
      error: () => told.push('error'),
    }
    const body = JSON.stringify({
      stream: true,
      messages: [{ role: 'user', content: '#sandbox {"text":"a b c","pieceDelayMs":10}' }],
    })
    const call = sandbox.send({ path: '/chat/completions', body, streamed: true }, events)
    vi.advanceTimersByTime(1)
    expect(told).toEqual(['headers', 'data'])
    call.pause()
    vi.advanceTimersByTime(1000)
    expect(told).toEqual(['headers', 'data'])
    call.resume()
    vi.advanceTimersByTime(0)
    expect(told).toEqual(['headers', 'data', 'data'])
    call.abort()
    vi.advanceTimersByTime(1000)
    expect(told).toEqual(['headers', 'data', 'data'])
  } finally {
    vi.useRealTimers()
  }
})
