import { answerParts, type Format, WORDS } from './stream-answers.ts'

/** Where an answer is when it is cut. `usage`: the chunk or event that reports the tokens. */
const STREAM_POINTS = [
  'before the head',
  'after the head',
  'after the first byte',
  'inside an event',
  'before the usage',
  'after the usage',
] as const
/** The last is all of the body, before the end of the message says so. */
const WHOLE_POINTS = ['before the head', 'after the head', 'inside the body', 'before the end'] as const

/** Who cuts it: the client by leaving, the provider by breaking off, or the node by being killed. */
const CUTS = ['leave', 'break', 'kill'] as const

interface Kind {
  readonly name: string
  readonly path: string
  readonly model: string
  readonly format: Format
  readonly streamed: boolean
}

const CHAT = { path: '/v1/chat/completions', model: 'chat' } as const
const TRANSLATED = { path: '/v1/responses', model: 'chat' } as const
const NATIVE = { path: '/v1/responses', model: 'chat-native' } as const

const KINDS: readonly Kind[] = [
  { name: 'chat streamed', ...CHAT, format: 'chat', streamed: true },
  { name: 'responses streamed', ...NATIVE, format: 'responses', streamed: true },
  { name: 'responses translated, streamed', ...TRANSLATED, format: 'chat', streamed: true },
  { name: 'chat', ...CHAT, format: 'chat', streamed: false },
  { name: 'responses', ...NATIVE, format: 'responses', streamed: false },
]

/** One request, cut once. */
export interface Cell {
  /** Sent as `user`, so that it stands on the usage row. */
  readonly id: string
  readonly kind: Kind
  readonly cut: (typeof CUTS)[number]
  readonly body: string
  /** The parts of the answer that the provider sends before the cut; undefined: not even a head. */
  readonly parts: readonly string[] | undefined
  /** What the client has received by then and waits for: a piece of text, a head, or (undefined) nothing. */
  readonly sees: string | 'head' | undefined
  readonly due: Due
}

/** What must stand on the row. */
export interface Due {
  readonly basis: 'reported' | 'counted' | 'held' | 'none'
  readonly outcome: 'completed' | 'failed' | 'aborted'
  readonly input: number
  readonly output: number
}

/** Every kind of answer, cut at every point, by each of the three. */
export function allCells(): Cell[] {
  const cells: Cell[] = []
  for (const kind of KINDS) {
    for (const point of kind.streamed ? STREAM_POINTS : WHOLE_POINTS) {
      for (const cut of CUTS) cells.push(cellOf(kind, point, cut, cells.length))
    }
  }
  return cells
}

type Point = (typeof STREAM_POINTS)[number] | (typeof WHOLE_POINTS)[number]

function cellOf(kind: Kind, point: Point, cut: Cell['cut'], index: number): Cell {
  const id = `${kind.name}, ${point}, ${cut}`
  const usage = { input: 20 + index, output: 5 + index }
  const body = JSON.stringify(requestOf(kind, id))
  return { id, kind, cut, body, ...sentBy(kind, point, usage), due: dueOf(kind, point, cut, body, usage) }
}

function requestOf({ path, model, streamed }: Kind, id: string): object {
  const common = { model, user: id, ...(streamed && { stream: true }) }
  return path === '/v1/responses'
    ? { ...common, input: 'Hello', max_output_tokens: 1000 }
    : { ...common, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 1000 }
}

/** The head of a stream is passed on as it comes; of a whole answer the client sees nothing before all of it is there. */
function sentBy(kind: Kind, point: Point, usage: { input: number; output: number }) {
  const { first, second, rest, report } = answerParts(kind.format, kind.streamed, usage)
  const begun = `${first}${second.slice(0, second.length >> 1)}`
  const seen = (text: string | undefined) => (kind.streamed ? text : undefined)
  switch (point) {
    case 'before the head':
      return { parts: undefined, sees: undefined }
    case 'after the head':
      return { parts: [], sees: seen('head') }
    case 'after the first byte':
      return { parts: [first.slice(0, 1)], sees: seen('head') }
    case 'inside an event':
    case 'inside the body':
      return { parts: [begun], sees: seen(WORDS[0]) }
    case 'before the usage':
      return { parts: [first + second + rest], sees: seen(WORDS.at(-1)) }
    case 'after the usage':
    case 'before the end':
      // In one write, so that who has read the last word has read the report.
      return { parts: [first + second + rest + report], sees: seen(WORDS.at(-1)) }
  }
}

const BYTES_PER_TOKEN = 4

/** The rule of DESIGN section 5, written down once more. */
function dueOf(
  { format, streamed }: Kind,
  point: Point,
  cut: Cell['cut'],
  body: string,
  usage: { input: number; output: number },
): Due {
  // Nothing follows the last event of a response, so it is settled at once; a chat may go on until `[DONE]`.
  if (point === 'after the usage' && format === 'responses')
    return { basis: 'reported', outcome: 'completed', ...usage }
  if (cut === 'kill') return { basis: 'held', outcome: 'failed', input: 0, output: 0 }
  const outcome = cut === 'leave' ? 'aborted' : 'failed'
  if (point === 'after the usage') return { basis: 'reported', outcome, ...usage }
  if (point === 'before the head' && cut === 'break') return { basis: 'none', outcome, input: 0, output: 0 }
  const words = { 'inside an event': WORDS.slice(0, 1), 'before the usage': WORDS }[point as string] ?? []
  const output = streamed ? Math.ceil(Buffer.byteLength(words.join('')) / BYTES_PER_TOKEN) : 0
  // The body is the client's, whatever path it was translated for.
  return { basis: 'counted', outcome, input: Math.ceil(Buffer.byteLength(body) / BYTES_PER_TOKEN), output }
}
