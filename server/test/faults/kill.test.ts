import { afterAll, describe, test } from 'vitest'
import { DATABASES } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { killUnderLoad } from './kill-rounds.ts'

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    test(
      'kill -9 under 100 requests a second, 10 times: every answer that a client received whole has its row exactly once, with the provider’s tokens, and every request that was let in is settled once',
      {
        timeout: 300_000,
      },
      () => killUnderLoad(name, postgres, { kills: 10, requests: 1000, rate: 100, answers: [20, 160] }),
    )
  })
}
