import { AppError } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import type { OpenedFile, Outputs } from '../../outputs/outputs.ts'
import type { ByteRange } from '../../outputs/storage.ts'
import { type Reply, type Route, route } from '../route.ts'

/** Kinds that a browser shows and never runs. */
const SHOWN = /^(image|audio|video)\//

/** Nothing in a file may run or reach out, should a browser take it for a page. */
const SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** Files that tasks made, for whoever has a link: it is signed, and good for a while. */
export function fileRoutes(outputs: Outputs): Route[] {
  return [
    route({
      method: 'GET',
      path: '/files/:id',
      surface: 'system',
      access: { open: true },
      tag: 'Tasks',
      summary: 'Get a file that a task made',
      description: 'By the link in the task. One range of bytes may be asked for (RFC 9110 section 14).',
      params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
      query: Type.Object({
        expires: Type.Optional(Type.String({ maxLength: 16, description: 'Unix seconds' })),
        signature: Type.Optional(Type.String({ maxLength: 64 })),
      }),
      replies: { 200: File, 206: File, 304: Type.Null() },
      errors: [
        'file_link_invalid',
        'file_link_expired',
        'not_found',
        'range_not_satisfiable',
        'store_unavailable',
      ],
      async run({ params, query, header }) {
        const { expires = '', signature = '' } = query
        const file = await outputs.open({ id: params.id, expires, signature })
        return answer(file, header)
      },
    }),
  ]
}

const File = Type.Unsafe<unknown>({ description: 'The bytes' })

async function answer(file: OpenedFile, header: (name: string) => string | undefined): Promise<Reply> {
  const tag = `"${file.id}"`
  const headers = {
    'cache-control': 'private, max-age=3600',
    etag: tag,
    'accept-ranges': 'bytes',
    'content-type': file.contentType,
    'x-content-type-options': 'nosniff',
    'content-security-policy': SEALED,
    'content-disposition': `${SHOWN.test(file.contentType) ? 'inline' : 'attachment'}; filename="${fileName(file)}"`,
  }
  if (header('if-none-match') === tag) return { status: 304, headers, body: null }
  const range = (header('if-range') ?? tag) === tag ? readRange(header('range'), file.size) : undefined
  const { first, last } = range ?? { first: 0, last: file.size - 1 }
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(last - first + 1),
      ...(range && { 'content-range': `bytes ${first}-${last}/${file.size}` }),
    },
    body: await file.read({ first, last }),
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'text/plain': 'txt',
  'image/jpeg': 'jpg',
}

function fileName({ id, contentType }: OpenedFile): string {
  const [type = ''] = contentType.split(';')
  return `${id}.${ENDINGS[type] ?? type.split('/')[1]}`
}

/**
 * The one range that is asked for; undefined where there is none, or where it is left to us to ignore it.
 *
 * @throws AppError `range_not_satisfiable`
 */
function readRange(text: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const [, from = '', to = ''] = match
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  if (first <= last) return { first, last }
  throw new AppError('range_not_satisfiable', { headers: { 'content-range': `bytes */${size}` } })
}
