import { describe, expect, it } from 'vitest'
import { caller, modelOf, modelRequest, puppet, routeTo } from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { NO_LIMITS } from '../limits/limits-of-key.ts'
import type { Plan } from '../limits/plan.ts'
import { missingInPlan } from './gate.ts'
import type { Endpoint } from './model-request.ts'

const FN = { type: 'function', function: { name: 'web_search', parameters: { type: 'object' } } }
const FLAT_FN = { type: 'function', name: 'web_search', parameters: { tools: [{ type: 'mcp' }] } }

function planOf(tools: Plan['tools'], models: Plan['models'] = null): Plan {
  return { id: 'p', name: 'P', rank: 1, tools, models, quotas: [] }
}

/** What of the body a plan with these tools has not; by its name, or the refusal's code. */
function missing(
  body: object | string,
  tools: Plan['tools'],
  more: { models?: string[]; route?: string } = {},
) {
  const limits = { ...NO_LIMITS, plan: planOf(tools, more.models ?? null) }
  const model = modelOf('m', [routeTo(puppet(), more.route)])
  const text = typeof body === 'string' ? body : JSON.stringify({ model: 'm', ...body })
  return (['responses', 'chat.completions'] as Endpoint[]).map((endpoint) => {
    try {
      const json = { input: 'Hi', ...(JSON.parse(text) as object) }
      const request = modelRequest(json, { endpoint, caller: caller({}, [], limits) })
      return missingInPlan(request, { model, routes: model.routes })?.name
    } catch (error) {
      if (error instanceof AppError) return error.code
      throw error
    }
  })
}

const tool = (type: string, more = {}) => ({ tools: [FN, { type, ...more }] })
let deep: unknown = [{ type: 'web_search' }]
for (let i = 0; i < 100; i++) deep = [deep]

/** Each is the tool that it is named after: refused where the plan lists all others, let in where it lists that one. */
const SHAPES: readonly [string, object][] = [
  ...'web_search web_search_preview web_search_preview_2025_03_11 web_search_2025_08_26 web_search_20250305'
    .split(' ')
    .map((type): [string, object] => ['web_search', tool(type)]),
  ...'file_search code_interpreter image_generation mcp local_shell shell apply_patch web_fetch x'
    .split(' ')
    .map((type): [string, object] => [type, tool(type)]),
  ['computer_use', tool('computer_use_preview')],
  ['computer_use', tool('computer-use-preview')],
  ['web_search', tool('openrouter:web_search')],
  ['web_search', tool('builtin_function', { function: { name: '$web_search' } })],
  ['web_search', tool('web_search', { search_context_size: 'low' })],
  ['web_search', tool('web_search', { search_context_size: null })],
  ['web_search_advanced', tool('web_search', { search_context_size: 'high' })],
  ['web_search_advanced', tool('web_search_preview', { search_context_size: 'medium' })],
  ['web_search_advanced', tool('web_search', { search_context_size: ['low'] })],
  ['web_search_advanced', tool('web_search', { Search_Context_Size: 'HIGH' })],
  ['web_search_advanced', tool('openrouter:web_search', { parameters: { search_context_size: 'high' } })],
  ['web_search_advanced', tool('web_search_premium')],
  ['web_search', { web_search_options: {} }],
  ['web_search', { web_search_options: { search_context_size: 'low' } }],
  ['web_search_advanced', { web_search_options: { search_context_size: 'high' } }],
  ['web_search_advanced', { web_search_options: [{ search_context_size: 'medium' }] }],
  ['web_search', { web_search_options: true }],
  ['web_search', { plugins: [{ id: 'web' }] }],
  ['web_search', { plugins: { id: 'web', max_results: 3 } }],
  ['web_search', { plugins: ['web'] }],
  ['file_parser', { plugins: [{ id: 'web', enabled: false }, { id: 'file-parser' }] }],
  ['web_search', { model: 'm:online' }],
  ['web_search', { models: ['a', 'b:ONLINE'] }],
  ['web_search', { search_parameters: { mode: 'auto' } }],
  ['web_search', { enable_search: true }],
  ['mcp', { mcp_servers: [{ url: 'https://example.com' }] }],
  ['prompt', { prompt: { id: 'pmpt_1' } }],
  ['preset', { preset: 'search' }],
  ['file_search', { tool_choice: { type: 'file_search' } }],
  ['web_search', { tool_choice: 'web_search_preview' }],
  ['mcp', { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [FN, { type: 'mcp' }] } }],
  ['mcp', { tool_choice: { type: 'allowed_tools', allowed_tools: { tools: [{ type: 'mcp' }] } } }],
  // What smuggles: other cases, lists in place of objects and the reverse, bodies in bodies, tools in tools.
  ['web_search', { Tools: [{ type: 'web_search' }] }],
  ['web_search', { toolſ: [{ type: 'WEB_SEARCH ' }] }],
  ['web_search', { tools: [{ type: 'function', Type: 'web_search', name: 'f' }] }],
  ['web_search', { tools: { type: 'web_search' } }],
  ['web_search', { tools: [[[{ type: 'web_search' }]]] }],
  ['web_search', { tools: ['web_search'] }],
  ['web_search', { extra_body: { tools: [{ type: 'web_search' }] } }],
  ['web_search', { extra_body: { extra_body: { plugins: [{ id: 'web' }] } } }],
  ['mcp', { tools: [{ type: 'namespace', name: 'n', tools: [FLAT_FN, { type: 'mcp' }] }] }],
  ['mcp', { input: [{ type: 'tool_search_output', tools: [{ type: 'mcp' }] }] }],
]

describe('a hosted tool', () => {
  it.each(SHAPES)('%s is asked for by %j', (name, body) => {
    const others = [...new Set(SHAPES.map(([other]) => other))].filter(
      // Who may search with much context may search with little.
      (other) => other !== name && !(name === 'web_search' && other === 'web_search_advanced'),
    )
    expect(missing(body, others)).toEqual([name, name])
    expect(missing(body, [name])).toEqual([undefined, undefined])
    expect(missing(body, null)).toEqual([undefined, undefined])
  })

  it('hidden by an escape or by a name that is there twice is the one that the provider is sent', () => {
    const escaped = '{"model":"m","\\u0074ools":[{"type":"web\\u005fsearch"}]}'
    expect(missing(escaped, [])).toEqual(['web_search', 'web_search'])
    // The last one counts, here as in what is written upstream.
    const twice = '{"model":"m","tools":[],"tools":[{"type":"function","type":"web_search"}]}'
    expect(missing(twice, [])).toEqual(['web_search', 'web_search'])
    const harmless = '{"model":"m","tools":[{"type":"web_search"}],"tools":[]}'
    expect(missing(harmless, [])).toEqual([undefined, undefined])
  })

  it('of the operator’s route counts, whatever the model is called', () => {
    expect(missing({}, [], { route: 'vendor/model:online' })).toEqual(['web_search', 'web_search'])
    expect(missing({}, ['web_search'], { route: 'vendor/model:online' })).toEqual([undefined, undefined])
  })

  it('that cannot be read is refused where tools are listed', () => {
    for (const tools of ['all', 1, true]) expect(missing({ tools: [tools] }, ['x'])[0]).not.toBe(undefined)
    for (const tools of [7, [{}], [{ type: 7 }], [{ type: null }], [{ web_search: {} }]]) {
      expect(missing({ tools }, ['web_search'])).toEqual(['invalid_request', 'invalid_request'])
    }
    expect(missing({ tools: deep }, [])).toEqual(['invalid_json', 'invalid_json'])
    expect(missing({ plugins: [{}] }, [])).toEqual(['invalid_request', 'invalid_request'])
  })

  it('the caller’s own functions and what is switched off are free under any plan', () => {
    for (const body of [
      { tools: [FN, FLAT_FN, { type: 'custom', name: 'mcp' }] },
      { tools: [], plugins: [], web_search_options: null, enable_search: false, mcp_servers: [] },
      { search_parameters: { mode: 'off' }, plugins: [{ id: 'web', enabled: false }] },
      { tools: [FN], tool_choice: 'web_search' },
      { tools: [FN], tool_choice: { type: 'function', function: { name: 'web_search' } } },
      { tools: [FLAT_FN], tool_choice: { type: 'allowed_tools', tools: [{ type: 'function', name: 'f' }] } },
      { input: [{ type: 'mcp_list_tools', server_label: 's', tools: [{ name: 'n', input_schema: {} }] }] },
      { functions: [{ name: 'mcp' }], function_call: 'auto', metadata: { tools: 'mcp', plugins: 'web' } },
      {
        input: [{ role: 'user', content: 'tools: web_search :online' }],
        include: ['web_search_call.results'],
      },
    ]) {
      expect(missing(body, []), JSON.stringify(body)).toEqual([undefined, undefined])
    }
  })
})

describe('a model', () => {
  it('outside of the plan is missing, with or without tools', () => {
    expect(missing({}, null, { models: ['other'] })).toEqual(['m', 'm'])
    expect(missing({}, [], { models: ['m'] })).toEqual([undefined, undefined])
  })
})
