import { afterAll, describe, test } from 'vitest'
import { DATABASES } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { killWorkers } from './task-rounds.ts'

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    test(
      'kill -9 of workers in every state of their tasks: each task ends once, is charged once, its submits are explained and its webhook comes',
      { timeout: 300_000 },
      () => killWorkers(name, postgres, { tasks: 150, kills: 8, nodes: postgres ? 2 : 1, concurrency: 8 }),
    )
  })
}
