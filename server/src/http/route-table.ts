import type { FastifyRequest } from 'fastify'
import type { Route, Surface } from './route.ts'

/** How an error is to look: by the matched route, else by the path that was meant. */
export function surfaceOf(request: FastifyRequest): Surface {
  const route = request.routeOptions.config?.route
  if (route) return route.surface
  if (/^\/api\/v1(\/|\?|$)/.test(request.url)) return 'router'
  const [, own] = /^\/api\/(auth|dashboard)(?:\/|\?|$)/.exec(request.url) ?? []
  if (own) return own as Surface
  if (/^\/v1\/(usage|tasks|generate)(\/|\?|$)/.test(request.url)) return 'envelope'
  return request.url.startsWith('/v1') ? 'openai' : 'system'
}

/** Finds the methods that a path answers to, for the `Allow` header of a 405 (RFC 9110 §15.5.6). */
export function pathMatcher(routes: readonly Route[]): (url: string) => string | undefined {
  const byPattern = new Map<string, string[]>()
  for (const { method, path } of routes) {
    const literal = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    const pattern = `^${literal.replace(/:[a-z]+/gi, '[^/]+').replace(/\*$/, '.+')}/?$`
    byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), method])
  }
  const patterns = [...byPattern].map(([pattern, methods]) => ({ expression: new RegExp(pattern), methods }))
  return (url) => {
    const path = url.split('?', 1)[0] as string
    const methods = patterns.flatMap(({ expression, methods }) => (expression.test(path) ? methods : []))
    return methods.length === 0 ? undefined : [...new Set(methods)].join(', ')
  }
}
