import { afterAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { killWorkers, MOMENTS } from './task-rounds.ts'

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    test('10 000 tasks and a hundred kills: each task ends once, is charged once, its submits are explained and its webhook comes', {
      timeout: 3_600_000,
    }, async () => {
      const rounds = { tasks: 10_000, kills: 100, nodes: postgres ? 3 : 1, concurrency: 32 }
      const { moments, states } = await killWorkers(name, postgres, rounds)
      expect(Object.keys(moments).sort()).toEqual([...MOMENTS].sort())
      expect(Object.keys(states).sort()).toEqual(['accepted', 'claimed', 'pending', 'submitted'])
    })
  })
}
