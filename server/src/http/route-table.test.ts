import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { type Route, route } from './route.ts'
import { pathMatcher, surfaceOf } from './route-table.ts'

const at = (method: Route['method'], path: string): Route =>
  route({
    method,
    path,
    surface: 'router',
    access: { open: true },
    tag: '',
    summary: '',
    replies: {},
    run: async () => undefined,
  })

describe('the methods of a path', () => {
  const allowed = pathMatcher([
    at('GET', '/api/v1/keys'),
    at('POST', '/api/v1/keys'),
    at('GET', '/api/v1/keys/:hash'),
    at('DELETE', '/api/v1/keys/:hash'),
    at('POST', '/api/v1/keys/verify'),
    at('GET', '/openapi.json'),
    at('GET', '/v1/models/:model'),
    at('GET', '/v1/models/*'),
  ])

  it('are those of its routes, whatever the query and with or without a slash at the end', () => {
    expect(allowed('/api/v1/keys')).toBe('GET, POST')
    expect(allowed('/api/v1/keys/')).toBe('GET, POST')
    expect(allowed('/api/v1/keys?a=/x')).toBe('GET, POST')
    expect(allowed('/openapi.json')).toBe('GET')
    expect(allowed('/api/v1/keys/abc')).toBe('GET, DELETE')
    expect(allowed('/api/v1/keys/a%2Fb')).toBe('GET, DELETE')
    for (const id of ['a', 'a/b', 'a/b/c?d']) expect(allowed(`/v1/models/${id}`)).toBe('GET')
  })

  it('are those of every route that the path fits', () => {
    expect(allowed('/api/v1/keys/verify')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'POST'])
  })

  it('are none where there is no route: a path is compared whole and letter by letter', () => {
    const none = [
      '/',
      '/api/v1',
      '/api/v1/keys/a/b',
      '/x/api/v1/keys',
      '/api/v1/keysx',
      '/API/v1/keys',
      '/api/v1/keys//',
      '/openapiXjson',
      '',
    ]
    for (const url of none) expect([url, allowed(url)]).toEqual([url, undefined])
  })
})

describe('the surface of an error', () => {
  const surface = (url: string, matched?: Route) =>
    surfaceOf({
      url,
      routeOptions: { config: matched ? { route: matched } : {} },
    } as unknown as FastifyRequest)

  it('is that of the matched route', () => {
    expect(surface('/v1/models', at('GET', '/v1/models'))).toBe('router')
  })

  it.each([
    ['/api/v1', 'router'],
    ['/api/v1/nothing', 'router'],
    ['/api/v1?x', 'router'],
    ['/v1/usage', 'envelope'],
    ['/v1/usage/nothing', 'envelope'],
    ['/v1/tasks?x', 'envelope'],
    ['/v1/generate', 'envelope'],
    ['/v1/usages', 'openai'],
    ['/v1/nothing', 'openai'],
    ['/v1', 'openai'],
    ['/api/v10', 'system'],
    ['/nothing', 'system'],
  ])('of a path without a route is that of its neighbours: %s', (url, expected) => {
    expect(surface(url)).toBe(expected)
  })
})
