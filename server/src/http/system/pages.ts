import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Config } from '../../config/config.ts'
import { AppError } from '../../errors.ts'

const DOCS = fileURLToPath(new URL('../../../../docs', import.meta.url))
/** No dot but the last and no slash: a name that leads out of its folder cannot be written. */
const PAGE = ':page(^[A-Za-z0-9-]+\\.md$)'
const LINK = /\]\((?!https?:|#|\/)([^)]+)\)/g

/**
 * The documents as they are written, for people and for programs that read, under the name that this server goes by; and
 * `/llms.txt` (https://llmstxt.org), which lists them.
 */
export function servePages(scope: FastifyInstance, config: Config): void {
  // EggAPI’s page names it beside the documents.
  for (const path of ['/llms.txt', '/docs/llms.txt']) {
    scope.get(path, async (_, reply) =>
      answer(reply, 'text/plain', listOf(await pageOf('README.md', config), config)),
    )
  }
  for (const folder of ['', 'guides/', 'reference/']) {
    scope.get<{ Params: { page: string } }>(`/docs/${folder}${PAGE}`, async ({ params }, reply) =>
      answer(reply, 'text/markdown', await pageOf(folder + params.page, config)),
    )
  }
}

function answer(reply: FastifyReply, type: string, text: string): FastifyReply {
  return reply
    .type(`${type}; charset=utf-8`)
    .header('cache-control', 'no-cache')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(text)
}

/** Headers carry the brand as `webhooks/signature.ts` writes it; commands and variables keep their names. */
async function pageOf(path: string, { brand }: Config): Promise<string> {
  const inHeaders = brand.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
  try {
    const text = await readFile(join(DOCS, path), 'utf8')
    return text.replaceAll('X-Claviger-', `X-${inHeaders}-`).replace(/\bClaviger\b/g, brand)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('not_found')
    throw cause
  }
}

/** The index with whole addresses and, first of all, what a program needs that calls the API. */
function listOf(index: string, { brand, publicUrl = '' }: Config): string {
  const [, ...rest] = index.split('\n')
  const whole = rest
    .join('\n')
    .trim()
    .replace(LINK, (_, path: string) => `](${publicUrl}/docs/${path})`)
  const [summary = '', ...sections] = whole.split('\n\n')
  const api = [
    `- [OpenAPI 3.1](${publicUrl}/openapi.json): every route, field, status and error`,
    `- [Reference page](${publicUrl}/docs): the same to read and try`,
  ]
  return [`# ${brand}`, `> ${summary.replaceAll('\n', ' ')}`, '## API', api.join('\n'), ...sections]
    .join('\n\n')
    .concat('\n')
}
