import { AppError, CATALOGUE, type CatalogueEntry, type ErrorCode } from '../../server/src/errors.ts'
import { renderError } from '../../server/src/http/render.ts'
import type { Surface } from '../../server/src/http/route.ts'
import { code, prose, section, table } from './markdown.ts'

const REQUEST_ID = 'req_01j…'
const REALM = 'Claviger'

const SHAPES: readonly { surface: Surface; where: string; explains: string; example: ErrorCode }[] = [
  {
    surface: 'openai',
    where: '`/v1/responses`, `/v1/chat/completions`, `/v1/embeddings`, `/v1/models`',
    explains:
      'As OpenAI has it: `error.code` is the code of this page. `detail` repeats the message for clients that read it there.',
    example: 'model_forbidden',
  },
  {
    surface: 'envelope',
    where: '`/v1/generate`, `/v1/tasks…`, `/v1/usage`, `/v1/usage/summary`',
    explains: 'An envelope: `data` is null, and `error.code` is a coarser name.',
    example: 'missing_authorization',
  },
  {
    surface: 'router',
    where: '`/api/v1/…`',
    explains:
      'As OpenRouter has it: `error.code` is the HTTP status, and `error.metadata.error_code` the code of this page.',
    example: 'insufficient_permission',
  },
]

/** The page of the error catalogue, rendered by the server's own renderer. */
export function errorsPage(): string {
  return [
    '# Errors',
    'Written by `npm run generate` from `server/src/errors.ts`. The catalogue is closed: a server answers with nothing else. Codes and statuses are stable; a message may be replaced by one that says more about the request at hand.',
    'Every answer carries `x-request-id`; it also stands in the log and on the usage row.',
    section(2, 'How an error looks'),
    ...SHAPES.flatMap(({ surface, where, explains, example }) => {
      const { status, body } = renderError(new AppError(example), surface, REQUEST_ID, REALM)
      return [`${where} — ${explains}`, `\`\`\`json\n// ${status}\n${JSON.stringify(body, null, 2)}\n\`\`\``]
    }),
    section(2, 'When to try again'),
    retryRules(),
    section(2, 'The catalogue'),
    '“Type” is `error.type` on the OpenAI routes, “Envelope” is `error.code` of `{data, error}`, “Router” is `error.metadata.error_type` under `/api/v1`. “Challenge” is the `WWW-Authenticate` header.',
    catalogueTable(),
  ]
    .join('\n\n')
    .concat('\n')
}

function retryRules(): string {
  return [
    '- `x-should-retry`, when present, decides: `false` means that the same request will fail again.',
    '- `Retry-After` says how many seconds to wait. A wait above 60 seconds comes with `x-should-retry: false`.',
    '- Else 408, 429 and 5xx may be tried again with growing pauses; any other status asks for another request.',
    '- A `POST` that creates something is only safe to repeat with the same `Idempotency-Key` (`POST /api/v1/keys`, `/api/v1/credits/grants`, `/v1/generate`), or, for a grant of credits, the same `reference`. A repeated model request is a second model request.',
  ].join('\n')
}

function catalogueTable(): string {
  const entries = Object.entries(CATALOGUE) as [ErrorCode, CatalogueEntry][]
  const byStatus = entries.toSorted(([, a], [, b]) => a.status - b.status)
  return table(
    ['Code', 'Status', 'Message', 'Type', 'Envelope', 'Router', 'Challenge', 'Try again'],
    byStatus.map(([name, { status, statuses, message, type, envelope, routerType }]) => {
      const { headers } = renderError(new AppError(name), 'openai', REQUEST_ID, REALM)
      return [
        code(name),
        String(status) +
          Object.entries(statuses ?? {})
            .map(([surface, own]) => `, ${surface}: ${own}`)
            .join(''),
        prose(message),
        code(type),
        code(envelope),
        code(routerType),
        headers['www-authenticate'] ? code(headers['www-authenticate']) : '',
        retryAdvice(status, headers),
      ]
    }),
  )
}

function retryAdvice(status: number, headers: Readonly<Record<string, string>>): string {
  if (headers['x-should-retry'] === 'false') return 'no (`x-should-retry: false`)'
  if (headers['retry-after']) return `after ${headers['retry-after']} s (\`Retry-After\`)`
  return status === 408 || status === 429 || status >= 500 ? 'with growing pauses' : 'no'
}
