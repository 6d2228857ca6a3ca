import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../../errors.ts'
import { LOST_PAGE, PLUGIN_SCOPE } from '../server.ts'

const DIST = fileURLToPath(new URL('../../../../web/dist', import.meta.url))
const YEAR_S = 31_536_000

/** The addresses of the dashboard's own router; every other one is a file, a route or nothing. */
const PAGES = [
  '/',
  '/sign-in',
  '/sign-up',
  '/forgot-password',
  '/reset-password',
  '/verify-email',
  '/accept-invitation/:id',
  '/setup',
  '/keys',
  '/usage',
  '/playground',
  '/tasks',
  '/tasks/:id',
  '/balance',
  '/projects',
  '/projects/:id',
  '/members',
  '/webhooks',
  '/audit',
  '/account',
  '/admin/users',
  '/admin/organizations',
  '/admin/plans',
  '/admin/providers',
  '/admin/models',
  '/admin/settings',
]

/** No other origin, and nothing inline but the style elements that carry this answer's nonce. */
function policy(nonce?: string): string {
  const styles = nonce ? `style-src 'self' 'nonce-${nonce}'` : "style-src 'self'"
  return `default-src 'none'; script-src 'self'; ${styles}; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`
}

function protect(reply: FastifyReply, nonce?: string): FastifyReply {
  return reply.headers({
    'content-security-policy': policy(nonce),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
  })
}

/**
 * The dashboard's page and files. They are read as they are asked for, so that a new build needs no new start; files
 * whose names carry their digest may be kept for ever.
 */
export async function serveDashboard(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    scope.decorate(PLUGIN_SCOPE, true)
    const page = (_: unknown, reply: FastifyReply) => {
      const nonce = randomBytes(16).toString('base64')
      return protect(reply, nonce)
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(readPage().replaceAll('{{nonce}}', nonce))
    }
    for (const path of PAGES) scope.get(path, page)
    app.decorate(LOST_PAGE, page)
    scope.get('/icon.svg', (_, reply) =>
      protect(reply).header('cache-control', 'no-cache').sendFile('icon.svg', DIST),
    )
    await scope.register(fastifyStatic, {
      root: join(DIST, 'assets'),
      prefix: '/assets/',
      index: false,
      dotfiles: 'ignore',
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply) => {
        protect(reply)
        reply.header('cache-control', `public, max-age=${YEAR_S}, immutable`)
      },
    })
  })
}

function readPage(): string {
  try {
    return readFileSync(join(DIST, 'index.html'), 'utf8')
  } catch (cause) {
    throw new AppError('not_found', {
      message: 'The dashboard is not built. Run `node scripts/build-web.mjs`, or `npm start`',
      cause,
    })
  }
}
