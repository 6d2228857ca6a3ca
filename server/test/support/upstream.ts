/**
 * A provider for the tests: a process of its own that speaks OpenAI's wire format and keeps its own record of what it
 * served. `POST /v1/*` answers; `GET /record` returns the record; `POST /script` sets how the next answers go.
 *
 * It refuses fields that it does not know, as strict providers do.
 */
import { appendFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface UpstreamScript {
  status?: number
  /** Milliseconds before the answer's head. */
  delayMs?: number
  /** Streamed pieces, and the time between them. */
  pieces?: number
  pieceDelayMs?: number
  /** Leave the usage out. */
  noUsage?: boolean
  /** Destroy the socket after this many pieces (0: before the head). */
  cutAfter?: number
  /** Do not send `[DONE]`. */
  noDone?: boolean
  text?: string
  /** Sent as it is, whole, in place of any other answer. */
  raw?: string
  contentType?: string
  headers?: Record<string, string>
}

export interface UpstreamRecord {
  /** The request's `user` or `metadata.id`, by which a test finds it again. */
  id: string | null
  path: string
  body: Record<string, unknown>
  headers: Record<string, string | string[] | undefined>
  promptTokens: number
  completionTokens: number
  /** The whole answer was written. */
  finished: boolean
  /** The other side closed before that. */
  aborted: boolean
}

const KNOWN = new Set(
  'model messages input stream stream_options max_tokens max_completion_tokens max_output_tokens temperature top_p n user safety_identifier metadata tools tool_choice parallel_tool_calls response_format instructions text reasoning reasoning_effort seed stop store encoding_format dimensions logprobs top_logprobs previous_response_id truncation include verbosity service_tier prompt_cache_key frequency_penalty presence_penalty logit_bias'.split(
    ' ',
  ),
)

const records: UpstreamRecord[] = []
let script: UpstreamScript = {}
const recordFile = process.env.RECORD_FILE

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8')
    if (request.url === '/record') return json(response, 200, records)
    if (request.url === '/script') {
      script = JSON.parse(text) as UpstreamScript
      records.length = 0
      return json(response, 200, {})
    }
    answer(request, response, JSON.parse(text || '{}') as Record<string, unknown>)
  })
})

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function answer(request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>): void {
  const own = { ...script }
  const path = (request.url ?? '').replace(/^\/v1/, '')
  const metadata = body.metadata as { id?: string } | undefined
  const id = (body.user as string | undefined) ?? metadata?.id ?? null
  const promptTokens = 10 + records.length
  const completionTokens = own.pieces ?? 3
  const entry: UpstreamRecord = {
    id,
    path,
    body,
    headers: request.headers,
    promptTokens,
    completionTokens,
    finished: false,
    aborted: false,
  }
  records.push(entry)
  response.on('finish', () => {
    entry.finished = true
    if (recordFile) appendFileSync(recordFile, `${JSON.stringify({ id, promptTokens, completionTokens })}\n`)
  })
  response.on('close', () => {
    entry.aborted = !entry.finished
  })
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name))
  if (unknown) {
    return json(response, 400, {
      error: {
        message: `Unknown parameter: '${unknown}'.`,
        type: 'invalid_request_error',
        param: unknown,
        code: 'unknown_parameter',
      },
    })
  }
  setTimeout(() => {
    if (own.cutAfter === 0) return void response.destroy()
    if (own.raw !== undefined) {
      return void response
        .writeHead(own.status ?? 200, {
          'content-type': own.contentType ?? 'application/json',
          ...own.headers,
        })
        .end(own.raw)
    }
    if (own.status && own.status >= 400) {
      return json(
        response,
        own.status,
        { error: { message: `upstream says ${own.status}`, type: 'upstream', param: null, code: null } },
        own.headers,
      )
    }
    if (path === '/embeddings') return embeddings(response, body, entry)
    if (path === '/responses')
      return body.stream
        ? stream(response, responseEvents(body, own, entry), own)
        : json(response, 200, wholeResponse(body, own, entry), own.headers)
    return body.stream
      ? stream(response, chatPieces(body, own, entry), own)
      : json(response, 200, wholeChat(body, own, entry), own.headers)
  }, own.delayMs ?? 0)
}

function words(own: UpstreamScript, count: number): string[] {
  return own.text ? [own.text] : Array.from({ length: count }, (_, index) => `word${index} `)
}

function chatUsage({ promptTokens, completionTokens }: UpstreamRecord) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 1 },
  }
}

function wholeChat(body: Record<string, unknown>, own: UpstreamScript, entry: UpstreamRecord) {
  const message = { role: 'assistant', content: words(own, entry.completionTokens).join('') }
  return {
    id: 'chatcmpl-upstream',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: body.model,
    choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
    ...(!own.noUsage && { usage: chatUsage(entry) }),
  }
}

function chatPieces(body: Record<string, unknown>, own: UpstreamScript, entry: UpstreamRecord): string[] {
  const event = (more: object) =>
    `data: ${JSON.stringify({ id: 'chatcmpl-upstream', object: 'chat.completion.chunk', created: 1_767_225_600, model: body.model, ...more })}\n\n`
  const delta = (delta: object, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta, finish_reason: finish }] })
  const options = body.stream_options as { include_usage?: boolean } | undefined
  return [
    delta({ role: 'assistant', content: '' }),
    ...words(own, entry.completionTokens).map((content) => delta({ content })),
    delta({}, 'stop'),
    ...(options?.include_usage && !own.noUsage ? [event({ choices: [], usage: chatUsage(entry) })] : []),
    ...(own.noDone ? [] : ['data: [DONE]\n\n']),
  ]
}

function wholeResponse(body: Record<string, unknown>, own: UpstreamScript, entry: UpstreamRecord) {
  const text = words(own, entry.completionTokens).join('')
  const usage = {
    input_tokens: entry.promptTokens,
    input_tokens_details: { cached_tokens: 2 },
    output_tokens: entry.completionTokens,
    output_tokens_details: { reasoning_tokens: 1 },
    total_tokens: entry.promptTokens + entry.completionTokens,
  }
  const output = [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ]
  return {
    id: 'resp_upstream',
    object: 'response',
    created_at: 1_767_225_600,
    status: 'completed',
    model: body.model,
    output,
    ...(!own.noUsage && { usage }),
  }
}

function responseEvents(body: Record<string, unknown>, own: UpstreamScript, entry: UpstreamRecord): string[] {
  const whole = wholeResponse(body, own, entry)
  let sequence = 0
  const event = (type: string, more: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...more })}\n\n`
  const item = { ...whole.output[0], status: 'in_progress', content: [] }
  return [
    event('response.created', { response: { ...whole, status: 'in_progress', output: [], usage: null } }),
    event('response.output_item.added', { output_index: 0, item }),
    event('response.content_part.added', {
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      part: { type: 'output_text', text: '', annotations: [] },
    }),
    ...words(own, entry.completionTokens).map((delta) =>
      event('response.output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta }),
    ),
    event('response.output_text.done', {
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      text: whole.output[0]?.content[0]?.text,
    }),
    event('response.output_item.done', { output_index: 0, item: whole.output[0] }),
    event('response.completed', { response: whole }),
  ]
}

function stream(response: ServerResponse, pieces: string[], own: UpstreamScript): void {
  response.writeHead(200, { 'content-type': own.contentType ?? 'text/event-stream', ...own.headers })
  response.flushHeaders()
  let next = 0
  const play = (): void => {
    while (!response.destroyed) {
      if (own.cutAfter === next) return void response.destroy()
      const piece = pieces[next++]
      if (piece === undefined) return void response.end()
      const roomy = response.write(piece)
      if (own.pieceDelayMs) return void setTimeout(play, own.pieceDelayMs)
      if (!roomy) return void response.once('drain', play)
    }
  }
  play()
}

function embeddings(response: ServerResponse, body: Record<string, unknown>, entry: UpstreamRecord): void {
  const inputs = Array.isArray(body.input) ? body.input : [body.input]
  const vector = [0.25, -0.5, 0.75]
  const embedding =
    body.encoding_format === 'base64'
      ? Buffer.from(new Float32Array(vector).buffer).toString('base64')
      : vector
  const data = inputs.map((_, index) => ({ object: 'embedding', index, embedding }))
  json(response, 200, {
    object: 'list',
    data,
    model: body.model,
    usage: { prompt_tokens: entry.promptTokens, total_tokens: entry.promptTokens },
  })
}

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
