import { expect, it } from 'vitest'
import { openDeps } from '../../../test/support/unit-deps.ts'
import { createMetrics } from './metrics.ts'

it('the times of requests are a histogram as Prometheus reads it: cumulative, in seconds, up to +Inf', async () => {
  const database = await openDeps(false)
  const metrics = createMetrics(database.own, () => 0)
  for (const milliseconds of [0.5, 250, 250, 90_000]) metrics.request('GET /v1/models', 200, milliseconds)
  metrics.request('GET /v1/models', 401, 3)
  const text = await metrics.render()
  await database.remove()

  expect(text).toContain('# TYPE claviger_http_request_duration_seconds histogram')
  const value = (series: string, labels = '') =>
    Number(
      new RegExp(
        `^claviger_http_request_duration_seconds_${series}\\{route="GET /v1/models",status="200"${labels}\\} (.*)$`,
        'm',
      ).exec(text)?.[1],
    )
  const within = ['0.001', '0.1', '0.25', '60', '\\+Inf'].map((le) => value('bucket', `,le="${le}"`))
  expect(within).toEqual([1, 1, 3, 3, 4])
  expect(value('count')).toBe(4)
  expect(value('sum')).toBeCloseTo(90.5005)
})
