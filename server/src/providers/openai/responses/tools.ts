import { TranslationError } from './translation-error.ts'
import { asList, asObject, asText, asTextOrNull, isObject, type JsonObject, present } from './wire.ts'

const ADVICE: { [type: string]: string } = {
  custom: 'Declare it as a function tool with one string parameter.',
  namespace: 'List its functions directly in tools.',
}

const HOSTED_ADVICE =
  'Remove it, offer the same ability as a function tool, or choose a model that is served with the Responses API.'

const MODES = ['auto', 'none', 'required']

/** `tools`, `tool_choice` and `parallel_tool_calls` of a chat request, as far as they are set. */
export function chatTools(body: JsonObject): JsonObject {
  const declared = readTools(body.tools)
  const { tools, choice } = chooseTools(declared, body.tool_choice)
  if (tools.length === 0) {
    if (choice !== undefined && choice !== 'auto' && choice !== 'none') {
      throw new TranslationError('tool_choice asks for a tool, but tools is empty', 'tool_choice')
    }
    // OpenAI refuses both companions when there are no tools, which the Responses API does not.
    return {}
  }
  return present({ tools, tool_choice: choice, parallel_tool_calls: body.parallel_tool_calls })
}

/** The tools as a Response repeats them, complete in the fields that clients validate. */
export function echoTools(tools: unknown): JsonObject[] {
  return asList(tools)
    .filter(isObject)
    .filter((tool) => tool.type === 'function')
    .map((tool) => {
      const fn = functionOf(tool)
      return {
        type: 'function',
        name: asText(fn.name),
        description: asTextOrNull(fn.description),
        parameters: isObject(fn.parameters) ? fn.parameters : null,
        strict: fn.strict === true,
      }
    })
}

/** The tool choice as a Response repeats it. */
export function echoToolChoice(choice: unknown): unknown {
  if (typeof choice === 'string') return MODES.includes(choice) ? choice : 'auto'
  if (!isObject(choice)) return 'auto'
  if (choice.type === 'function') return { type: 'function', name: chosenName(choice) }
  if (choice.type !== 'allowed_tools') return 'auto'
  const mode = choice.mode === 'required' ? 'required' : 'auto'
  return { type: 'allowed_tools', mode, tools: asList(choice.tools).filter(isObject) }
}

function readTools(tools: unknown): JsonObject[] {
  if (tools === undefined || tools === null) return []
  if (!Array.isArray(tools)) throw new TranslationError('tools must be a list', 'tools')
  return tools.map((tool, index) => readTool(tool, `tools[${index}]`))
}

function readTool(tool: unknown, path: string): JsonObject {
  if (!isObject(tool)) throw new TranslationError(`${path} must be an object`, path)
  if (tool.type !== 'function') throw unsupportedTool(tool.type, `${path}.type`)
  const { name, description, parameters, strict } = functionOf(tool)
  if (typeof name !== 'string' || name === '') {
    throw new TranslationError(`${path}.name must be a non-empty string`, `${path}.name`)
  }
  return { type: 'function', function: present({ name, description, parameters, strict }) }
}

// Callers who come from Chat Completions nest the function; nothing is lost by reading that form too.
function functionOf(tool: JsonObject): JsonObject {
  return isObject(tool.function) ? tool.function : tool
}

function unsupportedTool(type: unknown, path: string): TranslationError {
  const advice = typeof type === 'string' && Object.hasOwn(ADVICE, type) ? ADVICE[type] : HOSTED_ADVICE
  return new TranslationError(
    `the tool ${JSON.stringify(type)} is not available for this model. ${advice}`,
    path,
  )
}

function chooseTools(declared: JsonObject[], choice: unknown): { tools: JsonObject[]; choice?: unknown } {
  if (choice === undefined || choice === null) return { tools: declared }
  if (typeof choice === 'string' && MODES.includes(choice)) return { tools: declared, choice }
  if (!isObject(choice))
    throw new TranslationError('tool_choice must be auto, none, required or an object', 'tool_choice')
  if (choice.type === 'function') {
    const name = chosenName(choice)
    if (name === '')
      throw new TranslationError('tool_choice.name must be a non-empty string', 'tool_choice.name')
    return { tools: declared, choice: { type: 'function', function: { name } } }
  }
  if (choice.type === 'allowed_tools') return allowTools(declared, choice)
  throw unsupportedTool(choice.type, 'tool_choice.type')
}

// Chat has allowed_tools as well, but few servers besides OpenAI know it. Sending only the allowed tools
// binds the model just as well everywhere.
function allowTools(declared: JsonObject[], choice: JsonObject): { tools: JsonObject[]; choice: unknown } {
  const allowed = new Set(asList(choice.tools).map((tool) => chosenName(asObject(tool))))
  const tools = declared.filter((tool) => allowed.has(asText(asObject(tool.function).name)))
  if (tools.length === 0) {
    throw new TranslationError('tool_choice.tools names none of the tools', 'tool_choice.tools')
  }
  return { tools, choice: choice.mode === 'required' ? 'required' : 'auto' }
}

function chosenName(choice: JsonObject): string {
  return asText(functionOf(choice).name)
}
