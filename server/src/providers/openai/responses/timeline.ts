import { type Call, type Calls, collectDelta, newCalls, nextCall, takeCall } from './calls.ts'
import {
  callItem,
  callStatus,
  finalArguments,
  type ItemStatus,
  isCompleteObject,
  messageItem,
  nameCall,
  type Part,
  type PartKind,
  partJson,
  reasoningItem,
  textStatus,
} from './items.ts'
import type { Outcome } from './outcome.ts'
import type { JsonObject } from './wire.ts'

export type Emit = (type: string, fields: JsonObject) => void

type TextItem = { kind: 'message' | 'reasoning'; id: string; parts: Part[] }
type CallItem = { kind: 'call'; id: string; callId: string; call: Call }

/**
 * The output items of a streamed answer, one after the other: clients such as Codex follow a single open
 * item, so an item is announced only when the one before it is done. What arrives too early waits.
 */
export type Timeline = {
  emit: Emit
  itemId: () => string
  /** Items that are done; the open one will be the next. */
  output: JsonObject[]
  open: TextItem | CallItem | undefined
  held: Part[]
  calls: Calls
  callIds: Set<string>
}

const EVENTS: { [kind in PartKind]: string } = {
  text: 'response.output_text',
  refusal: 'response.refusal',
  reasoning: 'response.reasoning_text',
}

const ONGOING: Outcome = { status: 'completed' }

export function newTimeline(itemId: () => string, emit: Emit): Timeline {
  return { emit, itemId, output: [], open: undefined, held: [], calls: newCalls(), callIds: new Set() }
}

export function addText(timeline: Timeline, piece: Part): void {
  if (piece.text === '') return
  timeline.held.push(piece)
  advance(timeline)
}

export function addCallDelta(timeline: Timeline, delta: JsonObject): void {
  const call = collectDelta(timeline.calls, delta)
  const open = timeline.open
  if (open?.kind === 'call' && open.call === call) sendArguments(timeline, open)
  advance(timeline)
}

/** Brings out whatever waits and closes the last item. */
export function endTimeline(timeline: Timeline, outcome: Outcome): void {
  for (const piece of timeline.held.splice(0)) writeText(timeline, piece, outcome)
  for (let call = takeCall(timeline.calls); call !== undefined; call = takeCall(timeline.calls)) {
    openCall(timeline, call, outcome)
  }
  closeItem(timeline, outcome, true)
}

function advance(timeline: Timeline): void {
  while (timeline.held.length > 0 || nextCall(timeline.calls) !== undefined) {
    // Interleaved calls: only whole arguments prove that no more of this call will come.
    if (timeline.open?.kind === 'call' && !isCompleteObject(timeline.open.call.sent)) return
    const piece = timeline.held.shift()
    if (piece !== undefined) {
      writeText(timeline, piece, ONGOING)
    } else {
      const call = takeCall(timeline.calls)
      if (call !== undefined) openCall(timeline, call, ONGOING)
    }
  }
}

function writeText(timeline: Timeline, piece: Part, outcome: Outcome): void {
  const item = openTextItem(timeline, piece.kind === 'reasoning' ? 'reasoning' : 'message', outcome)
  const part = openPart(timeline, item, piece.kind)
  part.text += piece.text
  part.logprobs.push(...piece.logprobs)
  emitPart(timeline, item, `${EVENTS[part.kind]}.delta`, {
    delta: piece.text,
    ...(part.kind === 'text' && { logprobs: piece.logprobs }),
  })
}

function openTextItem(timeline: Timeline, kind: TextItem['kind'], outcome: Outcome): TextItem {
  if (timeline.open !== undefined && timeline.open.kind === kind) return timeline.open
  closeItem(timeline, outcome, false)
  const id = `${kind === 'message' ? 'msg' : 'rs'}_${timeline.itemId()}`
  const item: TextItem = { kind, id, parts: [] }
  timeline.open = item
  emitItem(timeline, 'added', textItem(item, 'in_progress'))
  return item
}

function openPart(timeline: Timeline, item: TextItem, kind: PartKind): Part {
  const current = item.parts.at(-1)
  if (current?.kind === kind) return current
  if (current !== undefined) closePart(timeline, item, current)
  const part: Part = { kind, text: '', logprobs: [] }
  item.parts.push(part)
  emitPart(timeline, item, 'response.content_part.added', {
    part: partJson({ kind, text: '', logprobs: [] }),
  })
  return part
}

function closePart(timeline: Timeline, item: TextItem, part: Part): void {
  emitPart(timeline, item, `${EVENTS[part.kind]}.done`, {
    ...(part.kind === 'refusal' ? { refusal: part.text } : { text: part.text }),
    ...(part.kind === 'text' && { logprobs: part.logprobs }),
  })
  emitPart(timeline, item, 'response.content_part.done', { part: partJson(part) })
}

function openCall(timeline: Timeline, call: Call, outcome: Outcome): void {
  closeItem(timeline, outcome, false)
  const { itemId, callId } = nameCall(call.id, timeline.callIds, timeline.itemId)
  const item: CallItem = { kind: 'call', id: itemId, callId, call }
  timeline.open = item
  emitItem(timeline, 'added', callItem({ itemId, callId, name: call.name, arguments: '' }, 'in_progress'))
  sendArguments(timeline, item)
}

// Trailing white space stays behind until more follows it: whether it comes before or after the call is
// recognised as whole must not change the result.
function sendArguments(timeline: Timeline, item: CallItem): void {
  const ready = item.call.pending.trimEnd()
  if (ready === '') return
  item.call.pending = item.call.pending.slice(ready.length)
  emitArguments(timeline, item, ready)
}

function emitArguments(timeline: Timeline, item: CallItem, delta: string): void {
  item.call.sent += delta
  timeline.emit('response.function_call_arguments.delta', {
    item_id: item.id,
    output_index: timeline.output.length,
    delta,
  })
}

function closeItem(timeline: Timeline, outcome: Outcome, isLast: boolean): void {
  const item = timeline.open
  if (item === undefined) return
  const json =
    item.kind === 'call'
      ? closeCall(timeline, item, outcome, isLast)
      : closeText(timeline, item, outcome, isLast)
  emitItem(timeline, 'done', json)
  timeline.output.push(json)
  timeline.open = undefined
}

function closeText(timeline: Timeline, item: TextItem, outcome: Outcome, isLast: boolean): JsonObject {
  const part = item.parts.at(-1)
  if (part !== undefined) closePart(timeline, item, part)
  return textItem(item, textStatus(isLast, outcome))
}

function closeCall(timeline: Timeline, item: CallItem, outcome: Outcome, isLast: boolean): JsonObject {
  const args = finalArguments(item.call.sent, outcome)
  if (item.call.sent === '' && args !== '') emitArguments(timeline, item, args)
  timeline.emit('response.function_call_arguments.done', {
    item_id: item.id,
    output_index: timeline.output.length,
    name: item.call.name,
    arguments: args,
  })
  const call = { itemId: item.id, callId: item.callId, name: item.call.name, arguments: args }
  return callItem(call, callStatus(args, isLast, outcome))
}

function textItem(item: TextItem, status: ItemStatus): JsonObject {
  return item.kind === 'message'
    ? messageItem(item.id, item.parts, status)
    : reasoningItem(item.id, item.parts, status)
}

function emitItem(timeline: Timeline, phase: 'added' | 'done', item: JsonObject): void {
  timeline.emit(`response.output_item.${phase}`, { output_index: timeline.output.length, item })
}

function emitPart(timeline: Timeline, item: TextItem, type: string, fields: JsonObject): void {
  timeline.emit(type, {
    item_id: item.id,
    output_index: timeline.output.length,
    content_index: item.parts.length - 1,
    ...fields,
  })
}
