import { answerLogprobs, answerText, argumentText, firstChoice, reasoningText } from './answer.ts'
import {
  callItem,
  callStatus,
  finalArguments,
  messageItem,
  nameCall,
  type Part,
  reasoningItem,
  textStatus,
} from './items.ts'
import { errorIn, failed, noAnswer, type Outcome, outcomeOf } from './outcome.ts'
import { buildResponse } from './response.ts'
import { responseUsage } from './usage.ts'
import {
  asList,
  asObject,
  asText,
  asTextOrNull,
  isObject,
  type JsonObject,
  type ResponseContext,
} from './wire.ts'

/** A chat completion as a complete Response. Never throws: an answer that is none becomes a failed Response. */
export function chatToResponse(chat: JsonObject, context: ResponseContext): JsonObject {
  if (!isObject(chat)) return chatToResponse({}, context)
  const choice = firstChoice(chat.choices)
  const outcome = replyOutcome(chat, choice)
  const answer = {
    model: asText(chat.model) || asText(context.request.model),
    serviceTier: asTextOrNull(chat.service_tier),
    output: choice === undefined ? [] : outputItems(choice, outcome, context.itemId),
    usage: responseUsage(chat.usage),
  }
  return buildResponse(context, answer, outcome)
}

function replyOutcome(chat: JsonObject, choice: JsonObject | undefined): Outcome {
  const error = errorIn(chat)
  if (error !== undefined) return failed(error.code, error.message)
  return choice === undefined ? noAnswer() : outcomeOf(choice.finish_reason)
}

function outputItems(choice: JsonObject, outcome: Outcome, itemId: () => string): JsonObject[] {
  const message = asObject(choice.message)
  const reasoning = reasoningText(message)
  const parts = messageParts(message, choice)
  const calls = asList(message.tool_calls).filter(isObject)
  const items: JsonObject[] = []
  if (reasoning !== '') {
    const status = textStatus(parts.length + calls.length === 0, outcome)
    items.push(
      reasoningItem(`rs_${itemId()}`, [{ kind: 'reasoning', text: reasoning, logprobs: [] }], status),
    )
  }
  if (parts.length > 0) {
    items.push(messageItem(`msg_${itemId()}`, parts, textStatus(calls.length === 0, outcome)))
  }
  return [...items, ...callItems(calls, outcome, itemId)]
}

function messageParts(message: JsonObject, choice: JsonObject): Part[] {
  const text = answerText(message)
  const refusal = asText(message.refusal)
  const parts: Part[] = []
  if (text !== '') parts.push({ kind: 'text', text, logprobs: answerLogprobs(choice) })
  if (refusal !== '') parts.push({ kind: 'refusal', text: refusal, logprobs: [] })
  return parts
}

function callItems(calls: JsonObject[], outcome: Outcome, itemId: () => string): JsonObject[] {
  const taken = new Set<string>()
  return calls.map((call, index) => {
    const fn = asObject(call.function)
    const args = finalArguments(argumentText(fn.arguments), outcome)
    const ids = nameCall(asText(call.id), taken, itemId)
    const status = callStatus(args, index === calls.length - 1, outcome)
    return callItem({ ...ids, name: asText(fn.name), arguments: args }, status)
  })
}
