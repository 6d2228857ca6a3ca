import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import { type Route, route } from '../route.ts'

const Status = Type.Object({ status: Type.String() })

/** `/healthz`: the process answers. `/readyz`: it can serve, i.e. the database can be asked and no shutdown has begun. */
export function healthRoutes(deps: Deps, draining: () => boolean): Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      surface: 'system',
      access: { open: true },
      tag: 'System',
      summary: 'Whether the process is alive',
      replies: { 200: Status },
      run: async () => ({ body: { status: 'ok' } }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      surface: 'system',
      access: { open: true },
      tag: 'System',
      summary: 'Whether the process can serve',
      replies: { 200: Status },
      errors: ['store_unavailable', 'shutting_down'],
      async run() {
        if (draining()) throw new AppError('shutting_down')
        try {
          deps.store.epoch.current()
          await deps.store.ping()
        } catch (cause) {
          throw new AppError('store_unavailable', { cause })
        }
        return { body: { status: 'ready' } }
      },
    }),
  ]
}
