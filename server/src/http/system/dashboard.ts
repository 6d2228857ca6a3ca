import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { PLUGIN_SCOPE } from '../server.ts'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The dashboard's files, from this origin and with a policy that allows no other. */
export async function serveDashboard(app: FastifyInstance): Promise<void> {
  const root = fileURLToPath(new URL('../../../../web/public', import.meta.url))
  if (!existsSync(root)) return
  await app.register(async (scope) => {
    scope.decorate(PLUGIN_SCOPE, true)
    scope.addHook('onSend', async (_, reply, payload) => {
      reply.headers({
        'content-security-policy': POLICY,
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      return payload
    })
    await scope.register(fastifyStatic, { root, wildcard: false, cacheControl: false })
  })
}
