export type Format = 'chat' | 'responses'

/** The text of every answer, in the pieces in which it is streamed. */
export const WORDS = ['wörd-one ', 'word-two ', 'word-three']

/** An answer of a provider, in parts that can be sent one by one. */
export interface AnswerParts {
  /** Up to and with the first word. */
  readonly first: string
  /** The second word. */
  readonly second: string
  /** The other words, and for a chat the chunk that says that it has finished. */
  readonly rest: string
  /** What reports the usage, without what follows it. */
  readonly report: string
}

interface Usage {
  readonly input: number
  readonly output: number
}

/** Of a whole answer the parts are no more than pieces of its JSON. */
export function answerParts(format: Format, streamed: boolean, usage: Usage): AnswerParts {
  if (streamed) return format === 'chat' ? chatStream(usage) : responseStream(usage)
  const text = JSON.stringify(format === 'chat' ? wholeChat(usage) : wholeResponse(usage))
  const at = (part: number) => Math.floor((text.length * part) / 4)
  return {
    first: text.slice(0, at(1)),
    second: text.slice(at(1), at(2)),
    rest: text.slice(at(2), at(3)),
    report: text.slice(at(3)),
  }
}

const chatUsage = ({ input, output }: Usage) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
})

function chatStream(usage: Usage): AnswerParts {
  const common = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'upstream-chat' }
  const event = (more: object) => `data: ${JSON.stringify({ ...common, usage: null, ...more })}\n\n`
  const delta = (content: object, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta: content, finish_reason: finish }] })
  const [first, second, ...others] = WORDS.map((content) => delta({ content }))
  return {
    first: `${delta({ role: 'assistant', content: '' })}${first}`,
    second: second as string,
    rest: [...others, delta({}, 'stop')].join(''),
    report: event({ choices: [], usage: chatUsage(usage) }),
  }
}

function responseStream(usage: Usage): AnswerParts {
  let sequence = 0
  const event = (type: string, more: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...more })}\n\n`
  const whole = wholeResponse(usage)
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const created = { ...whole, status: 'in_progress', output: [], usage: null }
  const begun = event('response.created', { response: created })
  const [first, second, ...others] = WORDS.map((delta) =>
    event('response.output_text.delta', { ...place, delta, logprobs: [] }),
  )
  const text = event('response.output_text.done', { ...place, text: WORDS.join(''), logprobs: [] })
  return {
    first: `${begun}${first}`,
    second: second as string,
    rest: [...others, text].join(''),
    report: event('response.completed', { response: whole }),
  }
}

function wholeChat(usage: Usage): object {
  const message = { role: 'assistant', content: WORDS.join('') }
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'upstream-chat',
    choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
    usage: chatUsage(usage),
  }
}

function wholeResponse({ input, output }: Usage): object {
  const content = [{ type: 'output_text', text: WORDS.join(''), annotations: [], logprobs: [] }]
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'upstream-native',
    output: [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content }],
    usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
  }
}
