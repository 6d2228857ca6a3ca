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
  /** Streamed pieces, their size when words are too small, and the time between them. */
  pieces?: number
  pieceBytes?: number
  pieceDelayMs?: number
  /** Leave the usage out. */
  noUsage?: boolean
  /** Destroy the socket after this many pieces (0: before the head). */
  cutAfter?: number
  /** Do not send `[DONE]`. */
  noDone?: boolean
  text?: string
  /** A function that is called in place of a text; `arguments` is the JSON text of a model. */
  call?: { name: string; arguments: string }
  /** What it reports in place of its own count. */
  promptTokens?: number
  completionTokens?: number
  /** Sent as it is, whole, in place of any other answer. */
  raw?: string
  /** Base64 of what is sent as it is, each in a write of its own, `pieceDelayMs` apart. */
  chunks?: string[]
  /** Break the connection after `raw` or `chunks`, so that the answer is not complete. */
  cutAtEnd?: boolean
  contentType?: string
  headers?: Record<string, string>
  /** Take any field. */
  lenient?: boolean
  /** Scripts for single models, over this one: so one process is several providers. */
  models?: Record<string, UpstreamScript>
  /** Scripts for single credentials, over all others. */
  credentials?: Record<string, UpstreamScript>
}

export interface UpstreamRecord {
  /** The request's `user` or `metadata.id`, by which a test finds it again. */
  id: string | null
  path: string
  body: Record<string, unknown>
  /** The body's bytes, as text. */
  text: string
  headers: Record<string, string | string[] | undefined>
  /** The other side's port: which connection it came over. */
  connection: number | undefined
  /** Bytes of a streamed answer that were handed to the socket so far. */
  sentBytes: number
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
    answer(request, response, text)
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

function answer(request: IncomingMessage, response: ServerResponse, text: string): void {
  const body = JSON.parse(text || '{}') as Record<string, unknown>
  const { models, credentials, ...common } = script
  const credential = String(request.headers.authorization).replace('Bearer ', '')
  const own: UpstreamScript = { ...common, ...models?.[String(body.model)], ...credentials?.[credential] }
  const path = (request.url ?? '').replace(/^\/v1/, '')
  const metadata = body.metadata as { id?: string } | undefined
  const id = (body.user as string | undefined) ?? metadata?.id ?? null
  const promptTokens = own.promptTokens ?? 10 + records.length
  const completionTokens = own.completionTokens ?? own.pieces ?? 3
  const entry: UpstreamRecord = {
    id,
    path,
    body,
    text,
    headers: request.headers,
    connection: request.socket.remotePort,
    sentBytes: 0,
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
  if (unknown && !own.lenient) {
    return void json(response, 400, {
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
      const head = { 'content-type': own.contentType ?? 'application/json', ...own.headers }
      response.writeHead(own.status ?? 200, head)
      return void (own.cutAtEnd ? response.write(own.raw, () => response.destroy()) : response.end(own.raw))
    }
    if (own.chunks) {
      const pieces = own.chunks.map((chunk) => Buffer.from(chunk, 'base64'))
      return stream(response, pieces, own, entry)
    }
    if (own.status && own.status >= 400) {
      return json(
        response,
        own.status,
        { error: { message: `upstream says ${own.status}`, type: 'upstream', param: null, code: null } },
        own.headers,
      )
    }
    if (path === '/models' && request.method === 'GET')
      return json(response, 200, {
        object: 'list',
        data: [{ id: 'upstream-chat' }, { id: 'upstream-embed' }],
      })
    if (path === '/embeddings') return embeddings(response, body, entry)
    if (path === '/responses')
      return body.stream
        ? stream(response, responseEvents(body, own, entry), own, entry)
        : json(response, 200, wholeResponse(body, own, entry), own.headers)
    return body.stream
      ? stream(response, chatPieces(body, own, entry), own, entry)
      : json(response, 200, wholeChat(body, own, entry), own.headers)
  }, own.delayMs ?? 0)
}

/** One by one, so that a stream of many large ones needs no memory. */
function* words(own: UpstreamScript): Generator<string> {
  if (own.call) return
  if (own.text) return yield own.text
  for (let index = 0; index < (own.pieces ?? 3); index++) {
    yield `word${index} `.padEnd(own.pieceBytes ?? 0, '.')
  }
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
  const message = own.call
    ? {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: own.call }],
      }
    : { role: 'assistant', content: [...words(own)].join('') }
  return {
    id: 'chatcmpl-upstream',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: body.model,
    choices: [{ index: 0, message, finish_reason: finishOf(own), logprobs: null }],
    ...(!own.noUsage && { usage: chatUsage(entry) }),
  }
}

function finishOf(own: UpstreamScript): string {
  return own.call ? 'tool_calls' : 'stop'
}

/** A JSON text as a model streams it: in two halves. */
function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)]
}

function callDeltas({ name, arguments: text }: NonNullable<UpstreamScript['call']>): object[] {
  const begun = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } }
  return [begun, ...halves(text).map((half) => ({ index: 0, function: { arguments: half } }))]
}

function* chatPieces(
  body: Record<string, unknown>,
  own: UpstreamScript,
  entry: UpstreamRecord,
): Generator<string> {
  const options = body.stream_options as { include_usage?: boolean } | undefined
  const common = {
    id: 'chatcmpl-upstream',
    object: 'chat.completion.chunk',
    created: 1_767_225_600,
    model: body.model,
    system_fingerprint: null,
    // As OpenAI has it: every chunk has the member when one of them will have the figures.
    ...(options?.include_usage && { usage: null }),
  }
  const event = (more: object) => `data: ${JSON.stringify({ ...common, ...more })}\n\n`
  const delta = (delta: object, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta, finish_reason: finish }] })
  yield delta({ role: 'assistant', content: '' })
  for (const content of words(own)) yield delta({ content })
  for (const call of own.call ? callDeltas(own.call) : []) yield delta({ tool_calls: [call] })
  yield delta({}, finishOf(own))
  if (options?.include_usage && !own.noUsage) yield event({ choices: [], usage: chatUsage(entry) })
  if (!own.noDone) yield 'data: [DONE]\n\n'
}

function wholeResponse(body: Record<string, unknown>, own: UpstreamScript, entry: UpstreamRecord) {
  const text = [...words(own)].join('')
  const usage = {
    input_tokens: entry.promptTokens,
    input_tokens_details: { cached_tokens: 2 },
    output_tokens: entry.completionTokens,
    output_tokens_details: { reasoning_tokens: 1 },
    total_tokens: entry.promptTokens + entry.completionTokens,
  }
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }]
  const output = own.call
    ? { id: 'fc_1', type: 'function_call', call_id: 'call_1', status: 'completed', ...own.call }
    : { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content }
  return {
    id: 'resp_upstream',
    object: 'response',
    created_at: 1_767_225_600,
    completed_at: 1_767_225_601,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: body.model,
    output: [output],
    parallel_tool_calls: true,
    presence_penalty: 0,
    frequency_penalty: 0,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: true,
    temperature: 1,
    text: body.text ?? { format: { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: 1,
    truncation: 'disabled',
    metadata: body.metadata ?? {},
    ...(!own.noUsage && { usage }),
  }
}

function responseEvents(body: Record<string, unknown>, own: UpstreamScript, entry: UpstreamRecord): string[] {
  const whole = wholeResponse(body, own, entry)
  const [item] = whole.output
  let sequence = 0
  const event = (type: string, more: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...more })}\n\n`
  const begun = { ...item, status: 'in_progress', ...(own.call ? { arguments: '' } : { content: [] }) }
  const open = { ...whole, status: 'in_progress', completed_at: null, output: [], usage: null }
  return [
    event('response.created', { response: open }),
    event('response.output_item.added', { output_index: 0, item: begun }),
    ...(own.call ? callEvents(event, own.call) : textEvents(event, [...words(own)])),
    event('response.output_item.done', { output_index: 0, item }),
    event('response.completed', { response: whole }),
  ]
}

type WriteEvent = (type: string, more: object) => string

function textEvents(event: WriteEvent, pieces: string[]): string[] {
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const part = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] })
  const whole = pieces.join('')
  return [
    event('response.content_part.added', { ...place, part: part('') }),
    ...pieces.map((delta) => event('response.output_text.delta', { ...place, delta, logprobs: [] })),
    event('response.output_text.done', { ...place, text: whole, logprobs: [] }),
    event('response.content_part.done', { ...place, part: part(whole) }),
  ]
}

function callEvents(event: WriteEvent, call: NonNullable<UpstreamScript['call']>): string[] {
  const place = { item_id: 'fc_1', output_index: 0 }
  return [
    ...halves(call.arguments).map((delta) =>
      event('response.function_call_arguments.delta', { ...place, delta }),
    ),
    event('response.function_call_arguments.done', { ...place, ...call }),
  ]
}

function stream(
  response: ServerResponse,
  pieces: Iterable<string | Buffer>,
  own: UpstreamScript,
  entry: UpstreamRecord,
): void {
  response.writeHead(own.status ?? 200, {
    'content-type': own.contentType ?? 'text/event-stream',
    ...own.headers,
  })
  response.flushHeaders()
  const left = pieces[Symbol.iterator]()
  let written = 0
  let unflushed = 0
  let cutting = false
  const flushed = (): void => {
    unflushed--
    if (cutting && unflushed === 0) response.destroy()
  }
  /** Not before what was written is on its way. */
  const cut = (): void => {
    cutting = true
    if (unflushed === 0) response.destroy()
  }
  const play = (): void => {
    while (!response.destroyed) {
      if (own.cutAfter === written) return void cut()
      const { value: piece, done } = left.next()
      if (done) return void (own.cutAtEnd ? cut() : response.end())
      written++
      entry.sentBytes += Buffer.byteLength(piece)
      unflushed++
      const roomy = response.write(piece, flushed)
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
