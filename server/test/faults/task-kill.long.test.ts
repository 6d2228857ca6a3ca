import { afterAll, describe, test } from 'vitest'
import { DATABASES } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { killWorkers } from './task-rounds.ts'

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    test(
      '10 000 tasks and a hundred kills: each task ends once, is charged once, its submits are explained and its webhook comes',
      { timeout: 3_600_000 },
      () =>
        killWorkers(name, postgres, { tasks: 10_000, kills: 100, nodes: postgres ? 3 : 1, concurrency: 32 }),
    )
  })
}
