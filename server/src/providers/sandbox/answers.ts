import { createHash } from 'node:crypto'
import { delayOf, readScript, type Script } from './script.ts'

export interface SandboxAnswer {
  readonly status: number
  readonly contentType: string
  readonly delayMs: number
  readonly pieceDelayMs: number
  readonly pieces: readonly string[]
  readonly cut: boolean
}

type Json = Record<string, unknown>

/** 2026-01-01T00:00:00Z: a fixed time, so that equal requests get equal answers. */
const CREATED = 1_767_225_600
const BYTES_PER_TOKEN = 4
const DIMENSIONS = 64
/** As many inputs as OpenAI takes, and so few numbers each that no request can exhaust the memory. */
const INPUTS_MOST = 2048
const DIMENSIONS_MOST = 1024

export function answerChat(body: Json): SandboxAnswer {
  const prompt = lastUserText(body)
  const script = readScript(prompt) ?? {}
  if (script.status && script.status >= 400)
    return refusal(script.status, `The sandbox was told to answer ${script.status}`, script)
  const whatToSay = script.tool ? '' : (script.text ?? reply(prompt, body))
  const text = limited(whatToSay, body)
  const chat = {
    id: `chatcmpl-${digest(body).slice(0, 24)}`,
    model: String(body.model),
    text,
    finish: script.tool ? 'tool_calls' : text === whatToSay ? 'stop' : 'length',
    script,
    usage: usageOf(body, text, script),
  }
  return body.stream === true ? streamed(chat, body) : whole(chat)
}

export function answerEmbeddings(body: Json): SandboxAnswer {
  if (body.input == null) return refusal(400, 'input is required', {})
  const inputs = Array.isArray(body.input) && typeof body.input[0] !== 'number' ? body.input : [body.input]
  if (inputs.length > INPUTS_MOST) return refusal(400, `The sandbox takes at most ${INPUTS_MOST} inputs`, {})
  const size = typeof body.dimensions === 'number' ? body.dimensions : DIMENSIONS
  const data = inputs.map((input, index) => {
    const vector = embed(JSON.stringify(input), Math.min(Math.max(Math.floor(size), 1), DIMENSIONS_MOST))
    const base64 = body.encoding_format === 'base64'
    return {
      object: 'embedding',
      index,
      embedding: base64 ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector,
    }
  })
  const tokens = inputs.reduce((sum: number, input) => sum + countTokens(JSON.stringify(input)), 0)
  return json(
    200,
    { object: 'list', data, model: body.model, usage: { prompt_tokens: tokens, total_tokens: tokens } },
    {},
  )
}

interface Chat {
  readonly id: string
  readonly model: string
  readonly text: string
  readonly finish: string
  readonly script: Script
  readonly usage: Json | undefined
}

function whole({ id, model, text, finish, script, usage }: Chat): SandboxAnswer {
  const message = script.tool
    ? { role: 'assistant', content: null, tool_calls: [toolCall(script.tool)] }
    : { role: 'assistant', content: text, refusal: null }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }]
  return json(
    200,
    {
      id,
      object: 'chat.completion',
      created: CREATED,
      model,
      system_fingerprint: null,
      choices,
      ...(usage && { usage }),
    },
    script,
  )
}

function streamed({ id, model, text, finish, script, usage }: Chat, body: Json): SandboxAnswer {
  const event = (more: Json) =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: CREATED, model, system_fingerprint: null, ...more })}\n\n`
  const delta = (delta: Json, finish_reason: string | null = null) =>
    event({ choices: [{ index: 0, delta, logprobs: null, finish_reason }] })
  const words = wordsOf(text)
  const middle = script.tool
    ? [delta({ tool_calls: [{ index: 0, ...toolCall(script.tool) }] })]
    : words.map((word) => delta({ content: word }))
  const asked = (body.stream_options as Json | undefined)?.include_usage === true
  const pieces = [
    delta({ role: 'assistant', content: script.tool ? null : '' }),
    ...middle,
    delta({}, finish),
    ...(asked && usage ? [event({ choices: [], usage })] : []),
    'data: [DONE]\n\n',
  ]
  const cut = script.cut !== undefined
  return {
    status: 200,
    contentType: 'text/event-stream',
    delayMs: delayOf(script.delayMs),
    pieceDelayMs: delayOf(script.pieceDelayMs),
    pieces: cut ? pieces.slice(0, script.cut) : pieces,
    cut,
  }
}

function refusal(status: number, message: string, script: Script): SandboxAnswer {
  return json(status, { error: { message, type: 'sandbox_error', code: null, param: null } }, script)
}

function json(status: number, body: Json, script: Script): SandboxAnswer {
  const pieces = [JSON.stringify(body)]
  const delays = { delayMs: delayOf(script.delayMs), pieceDelayMs: delayOf(script.pieceDelayMs) }
  return { status, contentType: 'application/json', ...delays, pieces, cut: script.cut !== undefined }
}

function toolCall(tool: NonNullable<Script['tool']>): Json {
  const args = JSON.stringify(tool.arguments ?? {})
  return {
    id: `call_${digest({ tool }).slice(0, 16)}`,
    type: 'function',
    function: { name: tool.name, arguments: args },
  }
}

function lastUserText(body: Json): string {
  const messages = Array.isArray(body.messages) ? (body.messages as Json[]) : []
  const content = messages.findLast((message) => message?.role === 'user')?.content
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: Json) => (typeof part?.text === 'string' ? part.text : '')).join(' ')
}

function reply(prompt: string, body: Json): string {
  const format = (body.response_format as Json | undefined)?.type
  if (format === 'json_object' || format === 'json_schema') return JSON.stringify({ answer: prompt })
  return `Hello from the Claviger sandbox. You said: ${prompt}`
}

/** Keeps the answer inside the limit of output tokens, word by word. */
function limited(text: string, body: Json): string {
  const most = Number(body.max_completion_tokens ?? body.max_tokens ?? Number.NaN)
  if (Number.isNaN(most) || countTokens(text) <= most) return text
  const words = wordsOf(text)
  let kept = 0
  let bytes = 0
  for (const word of words) {
    bytes += Buffer.byteLength(word)
    if (Math.ceil(bytes / BYTES_PER_TOKEN) > most) break
    kept++
  }
  return words.slice(0, kept).join('')
}

/** Word by word, with the blanks between them: together they are the text. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+\s*|\s+/g) ?? []
}

function usageOf(body: Json, text: string, script: Script): Json | undefined {
  if (script.usage === false) return undefined
  const input = countTokens(JSON.stringify(body.messages ?? ''))
  const output = countTokens(text) + (script.tool ? countTokens(JSON.stringify(script.tool)) : 0)
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  }
}

function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

/** A unit vector that depends on the text alone. */
function embed(text: string, size: number): number[] {
  const values: number[] = []
  for (let block = 0; values.length < size; block++) {
    const bytes = createHash('sha256').update(`${block}:${text}`).digest()
    for (let i = 0; i + 1 < bytes.length && values.length < size; i += 2)
      values.push(bytes.readInt16BE(i) / 32_768)
  }
  const length = Math.hypot(...values) || 1
  return values.map((value) => value / length)
}
