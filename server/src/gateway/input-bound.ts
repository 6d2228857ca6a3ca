import { isUtf8 } from 'node:buffer'
import { AppError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import { isPlainField } from './budget-fields.ts'
import type { ModelRequest } from './model-request.ts'

type Json = Readonly<Record<string, unknown>>

/** What a provider's template may add of its own, in tokens: dates, a default system text, a preamble for tools. */
const REQUEST_TOKENS = 512
/** The marks round a message, or round one input of embeddings, in tokens. */
const MESSAGE_TOKENS = 16
/** A byte that is no UTF-8 is read as U+FFFD, which has three. */
const REPLACED_BYTES = 3

/**
 * An upper bound of the tokens of a request's input.
 *
 * Plain text has no more tokens than bytes, since every token of a tokenizer stands for a byte at least, and the text
 * is shorter than the JSON it came in. What else there is (images, files, sound, what a provider stores, its own tools)
 * may be anything up to the context window. That is the bound of the bound, too: it is filled once per request, once
 * per input for embeddings, and a provider refuses or cuts off what does not fit. Tokenizers that write some rare
 * characters out (NFKC) may go beyond; that ends in the overrun account.
 */
export function inputBound(request: ModelRequest, contextWindow: number): number {
  const { body, json, endpoint } = request
  const inputs = endpoint === 'embeddings' ? embeddingInputs(json.input) : 1
  const most = contextWindow * inputs
  const bytes = isUtf8(body) ? body.length : body.length * REPLACED_BYTES
  const tokens = bytes + REQUEST_TOKENS + MESSAGE_TOKENS * messagesOf(request, inputs)
  if (tokens >= most || !isPlain(request)) return most
  return Math.min(tokens + laidOutBytes(json), most)
}

function messagesOf({ json }: ModelRequest, inputs: number): number {
  const messages = json.messages ?? json.input
  // The instructions of a response are one more.
  return Array.isArray(messages) ? Math.max(messages.length, inputs) + 1 : inputs + 1
}

/** A list of numbers is one input, told in tokens; each has two bytes at least with its comma. */
function embeddingInputs(input: unknown): number {
  if (!Array.isArray(input)) return 1
  return Math.max(1, input.filter((each) => typeof each !== 'number').length)
}

/**
 * Templates write the JSON of tools, of their calls and of formats out anew, with white space round its marks and its
 * numbers in full (1e20): as many bytes again as they have when written.
 */
function laidOutBytes(json: Json): number {
  let bytes = 0
  for (const field of ['tools', 'functions', 'response_format', 'text']) bytes += writtenBytes(json[field])
  for (const message of listOf(json.messages ?? json.input)) {
    if (!isObject(message)) continue
    bytes += writtenBytes(message.tool_calls) + writtenBytes(message.function_call)
    bytes += writtenBytes(message.arguments)
  }
  return bytes
}

function writtenBytes(value: unknown): number {
  if (value == null) return 0
  try {
    return Buffer.byteLength(JSON.stringify(value))
  } catch (cause) {
    // JSON.parse takes any depth, JSON.stringify does not.
    throw new AppError('invalid_json', { message: 'The body is nested too deeply', cause })
  }
}

function isPlain({ endpoint, json }: ModelRequest): boolean {
  for (const field of Object.keys(json)) if (!isPlainField(endpoint, field, json[field])) return false
  if (endpoint === 'embeddings') return isPlainInput(json.input)
  if (!listOf(json.tools).every(isOwnTool) || !isListOrNothing(json.tools)) return false
  if (endpoint === 'chat.completions')
    return Array.isArray(json.messages) && json.messages.every(isPlainMessage)
  const { input, instructions, previous_response_id, conversation } = json
  if (previous_response_id != null || conversation != null) return false
  if (instructions != null && typeof instructions !== 'string') return false
  return typeof input === 'string' || (Array.isArray(input) && input.every(isPlainItem))
}

function isPlainInput(input: unknown): boolean {
  if (!Array.isArray(input)) return typeof input === 'string'
  const isToken = (each: unknown) => typeof each === 'number'
  return input.every((each) => {
    return typeof each === 'string' || isToken(each) || (Array.isArray(each) && each.every(isToken))
  })
}

/** A tool that the caller runs; all others are the provider's, which read and write as they like. */
function isOwnTool(tool: unknown): boolean {
  return isObject(tool) && (tool.type === 'function' || tool.type === 'custom')
}

const MESSAGE_FIELDS = new Set(
  'type id role name content status refusal annotations prefix tool_calls tool_call_id function_call reasoning reasoning_content'.split(
    ' ',
  ),
)

function isPlainMessage(message: unknown): boolean {
  if (!isObject(message) || !hasOnly(message, MESSAGE_FIELDS)) return false
  return message.content == null || isText(message.content)
}

const ITEM_FIELDS = new Set(
  'type id role content status summary call_id name arguments input output'.split(' '),
)

/** Items of a response. One that only names what the provider stores is not plain: its text is not in the body. */
function isPlainItem(item: unknown): boolean {
  if (!isObject(item) || !hasOnly(item, ITEM_FIELDS)) return false
  switch (item.type ?? 'message') {
    case 'message':
      return isText(item.content)
    case 'function_call':
    case 'custom_tool_call':
      return typeof (item.arguments ?? item.input) === 'string'
    case 'function_call_output':
    case 'custom_tool_call_output':
      return isText(item.output)
    case 'reasoning':
      return (
        item.id == null && listOf(item.summary).every(isTextPart) && listOf(item.content).every(isTextPart)
      )
    default:
      return false
  }
}

function isText(content: unknown): boolean {
  return typeof content === 'string' || (Array.isArray(content) && content.every(isTextPart))
}

const TEXT_TYPES = new Set<unknown>(
  'text input_text output_text refusal reasoning_text summary_text'.split(' '),
)
const TEXT_FIELDS = new Set(['type', 'text', 'refusal', 'annotations', 'logprobs', 'cache_control'])

function isTextPart(part: unknown): boolean {
  return isObject(part) && TEXT_TYPES.has(part.type) && hasOnly(part, TEXT_FIELDS)
}

function hasOnly(object: Json, fields: ReadonlySet<string>): boolean {
  return Object.keys(object).every((field) => fields.has(field) || object[field] == null)
}

function isListOrNothing(value: unknown): boolean {
  return value == null || Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
