import { describe, expect, it } from 'vitest'
import { RouteHealth } from './route-health.ts'

const NOW = 1_800_000_000_000

describe('a route', () => {
  it('rests after as many failures in a row as were allowed, for as long as was said', () => {
    const health = new RouteHealth(3, 1000)
    health.failed(NOW)
    health.failed(NOW)
    expect(health.rests(NOW)).toBe(false)
    health.failed(NOW)
    expect([NOW, NOW + 999, NOW + 1000].map((at) => health.rests(at))).toEqual([true, true, false])
  })

  it('that succeeds in between begins to count anew, and one that rests is well at once', () => {
    const health = new RouteHealth(2, 1000)
    health.failed(NOW)
    health.succeeded()
    health.failed(NOW)
    expect(health.rests(NOW)).toBe(false)
    health.failed(NOW)
    expect(health.rests(NOW)).toBe(true)
    health.succeeded()
    expect(health.rests(NOW)).toBe(false)
  })

  it('that fails again after its rest rests again at the first failure', () => {
    const health = new RouteHealth(3, 1000)
    for (let i = 0; i < 3; i++) health.failed(NOW)
    health.failed(NOW + 1000)
    expect(health.rests(NOW + 1999)).toBe(true)
  })
})
