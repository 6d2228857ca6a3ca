import { AppError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import { fold, toolName, WEB_SEARCH, WEB_SEARCH_ADVANCED } from './tool-name.ts'

/** A tool that the provider brings along, and the field by which the request asks for it. */
export interface HostedTool {
  readonly name: string
  readonly param: string
}

type Json = Readonly<Record<string, unknown>>
type Find = (value: unknown, param: string, depth: number, body: Json) => Iterable<HostedTool>

/** Lists in lists and bodies in bodies; no client needs more, and the stack has an end. */
const DEPTH_MOST = 8

/** Tools that the caller itself runs, and lists of them: they are no plan's business. */
const CALLERS_OWN = new Set(['function', 'custom', 'namespace'])
const FREE_CHOICES = new Set([
  'auto',
  'none',
  'required',
  'any',
  'tool',
  'function',
  'custom',
  'allowed_tools',
])

/** Every field by which some provider is known to be asked for a tool of its own. */
const FIELDS: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['tools', toolsIn],
  ['tool_choice', choiceIn],
  ['web_search_options', searchIn],
  // Gateways and Zhipu; Qwen; xAI.
  ['web_search', searchIn],
  ['enable_search', searchIn],
  ['search_options', searchIn],
  ['search_parameters', searchIn],
  // OpenRouter, and its suffix of a model's name.
  ['plugins', pluginsIn],
  ['model', modelIn],
  ['models', modelIn],
  // Anthropic.
  ['mcp_servers', (value, param) => (isEmpty(value) ? [] : [{ name: 'mcp', param }])],
  // What is stored at the provider may bring any tool along.
  ['prompt', (_, param) => [{ name: 'prompt', param }]],
  ['preset', (_, param) => [{ name: 'preset', param }]],
  // A body in the body: what SDKs add to a request, and Groq's.
  ['extra_body', bodyIn],
  ['compound_custom', bodyIn],
  // Items of a conversation that load tools.
  ['input', itemsIn],
  ['messages', itemsIn],
])

/**
 * Every hosted tool that a request asks for, in whatever shape. Names of fields count in any case, since providers
 * written in Go take them so.
 *
 * @throws AppError `invalid_request` when a tool is so malformed that its name cannot be read, `invalid_json` when it is
 *   nested too deeply
 */
export function hostedTools(json: Json): Iterable<HostedTool> {
  return bodyIn(json, '', 0)
}

function* bodyIn(value: unknown, at: string, depth: number): Generator<HostedTool> {
  refuseDeep(depth)
  if (!isObject(value)) return
  for (const field in value) {
    const asked = value[field]
    if (asked == null) continue
    const find = FIELDS.get(fold(field))
    if (find) yield* find(asked, at ? `${at}.${field}` : field, depth + 1, value)
  }
}

function* toolsIn(value: unknown, param: string, depth: number): Generator<HostedTool> {
  refuseDeep(depth)
  if (Array.isArray(value)) {
    for (const [index, tool] of value.entries()) yield* toolsIn(tool, `${param}[${index}]`, depth + 1)
  } else if (typeof value === 'string') yield { name: toolName(value), param }
  else if (!isObject(value)) throw malformed(param, 'must be an object')
  else {
    for (const type of typesOf(value, param)) yield* toolOf(type, value, param)
    for (const nested of valuesOf(value, 'tools')) yield* toolsIn(nested, `${param}.tools`, depth + 1)
  }
}

function* toolOf(type: string, tool: Json, param: string): Generator<HostedTool> {
  if (CALLERS_OWN.has(fold(type))) return
  // Moonshot's form of a hosted tool.
  const called = fold(type) === 'builtin_function' && isObject(tool.function) ? tool.function.name : type
  const name = toolName(typeof called === 'string' ? called : type)
  if (name === WEB_SEARCH) yield searchOf(tool, param)
  else yield { name, param: `${param}.type` }
}

function* choiceIn(value: unknown, param: string, depth: number, body: Json): Generator<HostedTool> {
  refuseDeep(depth)
  if (Array.isArray(value)) {
    for (const each of value) yield* choiceIn(each, param, depth + 1, body)
  } else if (typeof value === 'string') {
    if (!FREE_CHOICES.has(fold(value)) && !isOwnFunction(value, body)) yield { name: toolName(value), param }
  } else if (isObject(value)) {
    for (const type of typesOf(value, param)) {
      if (!FREE_CHOICES.has(fold(type))) yield { name: toolName(type), param: `${param}.type` }
    }
    for (const allowed of [value, ...valuesOf(value, 'allowed_tools')]) {
      if (!isObject(allowed)) continue
      for (const tools of valuesOf(allowed, 'tools')) yield* toolsIn(tools, `${param}.tools`, depth + 1)
    }
  } else throw malformed(param, 'must be a text or an object')
}

/** Some servers take the bare name of a function. */
function isOwnFunction(name: string, { tools }: Json): boolean {
  if (!Array.isArray(tools)) return false
  return tools.some((tool) => {
    if (!isObject(tool) || !CALLERS_OWN.has(String(tool.type))) return false
    return tool.name === name || (isObject(tool.function) && tool.function.name === name)
  })
}

function* searchIn(value: unknown, param: string): Generator<HostedTool> {
  const off = value === false || (isObject(value) && value.mode === 'off')
  if (!off) yield searchOf(value, param)
}

/** With more context than `low`, wherever it says so, it is the advanced one. */
function searchOf(value: unknown, param: string): HostedTool {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    for (const [field, inner] of Object.entries(next)) {
      if (fold(field) !== 'search_context_size') open.push(inner)
      else if (inner !== null && inner !== 'low') {
        return { name: WEB_SEARCH_ADVANCED, param: `${param}.search_context_size` }
      }
    }
  }
  return { name: WEB_SEARCH, param }
}

function* pluginsIn(value: unknown, param: string, depth: number): Generator<HostedTool> {
  refuseDeep(depth)
  if (Array.isArray(value)) {
    for (const [index, plugin] of value.entries()) yield* pluginsIn(plugin, `${param}[${index}]`, depth + 1)
    return
  }
  if (isObject(value) && value.enabled === false) return
  const ids = isObject(value) ? valuesOf(value, 'id') : [value]
  if (ids.length === 0) throw malformed(`${param}.id`, 'must be a text')
  for (const id of ids) {
    if (typeof id !== 'string') throw malformed(`${param}.id`, 'must be a text')
    const name = toolName(id)
    yield name === WEB_SEARCH ? searchOf(value, param) : { name, param }
  }
}

function* modelIn(value: unknown, param: string): Generator<HostedTool> {
  const names = Array.isArray(value) ? value : [value]
  if (names.some((name) => typeof name === 'string' && searchesOnline(name))) {
    yield { name: WEB_SEARCH, param }
  }
}

/** OpenRouter's suffix, by which any model searches the web. */
export function searchesOnline(model: string): boolean {
  return fold(model).endsWith(':online')
}

function* itemsIn(value: unknown, param: string, depth: number): Generator<HostedTool> {
  if (!Array.isArray(value)) return
  for (const [index, item] of value.entries()) {
    // What a server once listed asks for nothing; the names in it have no types.
    if (!isObject(item) || item.type === 'mcp_list_tools') continue
    for (const tools of valuesOf(item, 'tools')) yield* toolsIn(tools, `${param}[${index}].tools`, depth + 1)
  }
}

function typesOf(tool: Json, param: string): string[] {
  const types = valuesOf(tool, 'type')
  if (types.length === 0) throw malformed(`${param}.type`, 'must be a text')
  return types.map((type) => {
    if (typeof type !== 'string') throw malformed(`${param}.type`, 'must be a text')
    return type
  })
}

/** The values of a field, however its name is written. */
function valuesOf(object: Json, field: string): unknown[] {
  return Object.keys(object)
    .filter((name) => fold(name) === field && object[name] != null)
    .map((name) => object[name])
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function refuseDeep(depth: number): void {
  if (depth > DEPTH_MOST) {
    throw new AppError('invalid_json', { message: 'The tools of the body are nested too deeply' })
  }
}

function malformed(param: string, why: string): AppError {
  const name = param.slice(0, 128)
  return new AppError('invalid_request', { message: `${name} ${why}`, param: name })
}
