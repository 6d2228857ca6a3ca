import type { Static } from 'typebox'
import { Type } from '../lib/schema.ts'
import { group } from './fields.ts'

const PATH = '^/[^\\s?#]*(\\?[^\\s#]*)?$'
const POINTER = '^(/[^/\\s]*)+$'

const Path = (description: string) => Type.String({ pattern: PATH, maxLength: 500, description })
/** RFC 6901, with `*` for every member of a list. */
const Pointer = (description: string) => Type.String({ pattern: POINTER, maxLength: 300, description })
const Words = (description: string, words: readonly string[]) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
    default: [...words],
    maxItems: 50,
    description,
  })

/** How to speak with a service that makes files and is not OpenAI-compatible. */
export const HttpEntry = Type.Object(
  {
    submit: Type.Object(
      {
        path: Path('Added to `baseUrl`; `{model}` and other values may stand in it'),
        headers: Type.Optional(
          Type.Record(Type.String(), Type.String(), {
            description: 'Headers of the submit, e.g. `Idempotency-Key: "{idempotencyKey}"`',
          }),
        ),
        body: Type.Record(Type.String(), Type.Unknown(), {
          description:
            'JSON with values in braces: `{model}`, `{prompt}`, `{negativePrompt}`, `{outputs}`, `{aspectRatio}`, `{resolution}`, `{width}`, `{height}`, `{durationSeconds}`, `{imageUrls}`, `{imageUrl}`, `{taskId}`, `{idempotencyKey}`. A text that is one of them alone becomes its value, or is left out where there is none',
        }),
      },
      { additionalProperties: false, description: 'The POST that asks for a job' },
    ),
    id: Type.Optional(
      Pointer('Where the answer to the submit names the job; absent: that answer is already the end'),
    ),
    poll: Type.Optional(
      Type.Object(
        {
          path: Path('Added to `baseUrl`; `{id}` stands for the job'),
          everyMs: Type.Integer({
            minimum: 100,
            maximum: 600_000,
            default: 2000,
            description: 'Time between two questions',
          }),
        },
        { additionalProperties: false, description: 'The GET that asks how far a job is; needed with `id`' },
      ),
    ),
    status: Type.Optional(
      Pointer('Where an answer says how far the job is; absent: it has ended where it names outputs'),
    ),
    states: group('What the status says, whatever its case; everything else means that it runs', {
      succeeded: Words('It has ended well', [
        'succeeded',
        'success',
        'completed',
        'complete',
        'done',
        'ready',
      ]),
      failed: Words('It failed; another route may be tried', [
        'failed',
        'failure',
        'error',
        'cancelled',
        'canceled',
      ]),
      refused: Words('It will never be made', ['refused', 'rejected', 'moderated', 'content_moderated']),
    }),
    result: Type.Optional(
      Path(
        'A further GET, after the job ended well, whose answer names the outputs; `{id}` stands for the job',
      ),
    ),
    outputs: Type.Optional(
      Pointer('Where the outputs are named, e.g. `/images/*/url`: addresses, `data:` addresses or base64'),
    ),
    encoding: Type.Enum(['url', 'base64'], { default: 'url', description: 'What stands there' }),
    content: Type.Optional(
      Path('In place of `outputs`: a GET whose answer is the one file itself; `{id}` stands for the job'),
    ),
    outputHosts: Type.Array(Type.String({ pattern: '^(\\*\\.)?[a-z0-9.-]+(:\\d{1,5})?$', maxLength: 255 }), {
      default: [],
      maxItems: 50,
      description:
        'Hosts that outputs may be fetched from, e.g. `*.cdn.example.com`; they may be private ones. Empty: from the host of `baseUrl` and from every public one',
    }),
    error: Type.Optional(Pointer('Where an answer says why it failed')),
    refusals: Words('Words in that text that make a failure a refusal', [
      'content policy',
      'moderation',
      'nsfw',
      'safety',
    ]),
    credential: group('How a credential is sent', {
      header: Type.String({
        pattern: '^[A-Za-z0-9-]{1,64}$',
        default: 'authorization',
        description: 'Header',
      }),
      prefix: Type.String({ maxLength: 32, default: 'Bearer ', description: 'Put before it' }),
    }),
    test: Type.Optional(Path('A GET that a test of the connection sends')),
  },
  { additionalProperties: false, description: 'How jobs are submitted and asked for (kind `http`)' },
)

export type HttpConfig = Static<typeof HttpEntry>

/** The values that may stand in braces. */
const TEMPLATE_VALUES = [
  'model',
  'prompt',
  'negativePrompt',
  'outputs',
  'aspectRatio',
  'resolution',
  'width',
  'height',
  'durationSeconds',
  'imageUrls',
  'imageUrl',
  'taskId',
  'idempotencyKey',
  'id',
] as const

const BRACES = /\{([A-Za-z]+)\}/g

/** What is wrong with the group, each with its field. */
export function httpFaults(http: HttpConfig): { param: string; fault: string }[] {
  const faults: { param: string; fault: string }[] = []
  const add = (param: string, fault: string): void => void faults.push({ param: `http.${param}`, fault })
  if (http.id && !http.poll) add('poll', 'has http.id and needs http.poll: how to ask for the job')
  if (!http.outputs && !http.content)
    add('outputs', 'needs http.outputs or http.content: where the files are')
  if ((http.result || http.content) && !http.id)
    add('id', 'has http.result or http.content and needs http.id, which names the job')
  for (const [, name = ''] of JSON.stringify(http).matchAll(BRACES)) {
    if (!(TEMPLATE_VALUES as readonly string[]).includes(name))
      add('submit.body', `has {${name}} in a template; there are ${TEMPLATE_VALUES.join(', ')}`)
  }
  return faults
}
