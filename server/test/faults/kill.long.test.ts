import { afterAll, describe, test } from 'vitest'
import { DATABASES } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { killUnderLoad } from './kill-rounds.ts'

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    test(
      'kill -9 at least 100 times within 100 000 requests: every answer that a client received whole has its row exactly once, with the provider’s tokens, and every request that was let in is settled once',
      {
        timeout: 3_600_000,
      },
      () => killUnderLoad(name, postgres, { kills: 100, requests: 100_000, rate: 300, answers: [20, 1900] }),
    )
  })
}
