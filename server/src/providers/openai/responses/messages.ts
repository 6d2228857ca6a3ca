import { type ChatContent, chatContent, joinContent, toolContent } from './content.ts'
import { TranslationError } from './translation-error.ts'
import { isObject, type JsonObject } from './wire.ts'

type Message = {
  role: string
  content: ChatContent | null
  tool_calls?: JsonObject[]
}

// Chat wants the results of an assistant's calls straight after it, so a turn keeps them with the message.
type Turn = { message: Message; results: JsonObject[] }

type Conversation = { turns: Turn[]; byCall: Map<string, Turn> }

// OpenAI reads `system` as `developer`; other servers do not know `developer` at all.
const ROLES: { [role: string]: string } = {
  user: 'user',
  assistant: 'assistant',
  system: 'system',
  developer: 'system',
}

/** The whole conversation, instructions first, as chat messages. */
export function chatMessages(input: unknown, instructions: unknown): JsonObject[] {
  const conversation: Conversation = { turns: [], byCall: new Map() }
  if (typeof input === 'string') {
    pushMessage(conversation, 'user', input)
  } else if (Array.isArray(input)) {
    for (const [index, item] of input.entries()) addItem(conversation, item, `input[${index}]`)
  } else if (input !== undefined && input !== null) {
    throw new TranslationError('input must be a string or a list of items', 'input')
  }
  if (input === '' || conversation.turns.length === 0) {
    throw new TranslationError('input is required', 'input')
  }
  const messages: JsonObject[] = conversation.turns.flatMap((turn) => [turn.message, ...turn.results])
  return [...systemMessage(instructions), ...messages]
}

function systemMessage(instructions: unknown): JsonObject[] {
  if (instructions === undefined || instructions === null || instructions === '') return []
  if (typeof instructions !== 'string') {
    throw new TranslationError('instructions must be a string', 'instructions')
  }
  return [{ role: 'system', content: instructions }]
}

function addItem(conversation: Conversation, item: unknown, path: string): void {
  if (!isObject(item)) throw new TranslationError(`${path} must be an object`, path)
  const type = item.type ?? 'message'
  if (type === 'message') addMessage(conversation, item, path)
  else if (type === 'function_call') addCall(conversation, item, path)
  else if (type === 'function_call_output') addResult(conversation, item, path)
  // Reasoning goes: only the model that wrote it can read it back, and chat has no place for it.
  else if (type !== 'reasoning') throw unsupportedItem(type, path)
}

function unsupportedItem(type: unknown, path: string): TranslationError {
  return type === 'item_reference'
    ? new TranslationError(
        'item_reference is not supported for this model: no items are stored. Send the item itself.',
        path,
      )
    : new TranslationError(
        `input items of type ${JSON.stringify(type)} are not supported for this model. ` +
          'Leave them out, or choose a model that is served with the Responses API.',
        `${path}.type`,
      )
}

function addMessage(conversation: Conversation, item: JsonObject, path: string): void {
  // EU GPT: a message without a role is the user's.
  const role = item.role === undefined || item.role === null ? 'user' : item.role
  const chatRole = typeof role === 'string' && Object.hasOwn(ROLES, role) ? ROLES[role] : undefined
  if (chatRole === undefined) {
    throw new TranslationError(`${path}.role must be user, assistant, system or developer`, `${path}.role`)
  }
  const content = chatContent(item.content, `${path}.content`)
  const calling = chatRole === 'assistant' ? openAssistantTurn(conversation) : undefined
  // Text between calls and their results would part them; it joins the message that made the calls.
  if (calling?.message.tool_calls) calling.message.content = joinContent(calling.message.content, content)
  else pushMessage(conversation, chatRole, content)
}

function addCall(conversation: Conversation, item: JsonObject, path: string): void {
  const id = requiredId(item.call_id, `${path}.call_id`)
  const name = requiredId(item.name, `${path}.name`)
  if (typeof item.arguments !== 'string') {
    throw new TranslationError(`${path}.arguments must be a string of JSON`, `${path}.arguments`)
  }
  // Parallel calls are separate items here and one message there.
  const turn = openAssistantTurn(conversation) ?? pushMessage(conversation, 'assistant', null)
  turn.message.tool_calls ??= []
  // Chat templates parse the arguments, and an empty text is not JSON.
  const args = item.arguments === '' ? '{}' : item.arguments
  turn.message.tool_calls.push({ id, type: 'function', function: { name, arguments: args } })
  conversation.byCall.set(id, turn)
}

function addResult(conversation: Conversation, item: JsonObject, path: string): void {
  const id = requiredId(item.call_id, `${path}.call_id`)
  const turn = conversation.byCall.get(id)
  if (turn === undefined) {
    throw new TranslationError(
      `no function_call with call_id ${JSON.stringify(id)} comes before this output. ` +
        'Send the whole conversation in input.',
      `${path}.call_id`,
    )
  }
  turn.results.push({ role: 'tool', tool_call_id: id, content: toolContent(item.output, `${path}.output`) })
}

function openAssistantTurn(conversation: Conversation): Turn | undefined {
  const last = conversation.turns.at(-1)
  return last?.message.role === 'assistant' && last.results.length === 0 ? last : undefined
}

function pushMessage(conversation: Conversation, role: string, content: ChatContent | null): Turn {
  const turn: Turn = { message: { role, content }, results: [] }
  conversation.turns.push(turn)
  return turn
}

function requiredId(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new TranslationError(`${path} must be a non-empty string`, path)
  }
  return value
}
