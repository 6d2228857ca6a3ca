import { afterAll, describe, expect, test } from 'vitest'
import { DATABASES, type Server } from '../support/claviger.ts'
import { startJobProvider } from '../support/job-provider.ts'
import { stopAll } from '../support/processes.ts'
import { until } from '../support/wire.ts'
import { checkTasks } from './task-check.ts'
import { prepareTasks } from './task-rounds.ts'

const TASKS = 6

afterAll(stopAll)

// SQLite has one process, which nobody else waits for.
for (const { name, postgres, absent } of DATABASES.filter((each) => each.postgres)) {
  describe.skipIf(absent)(`on ${name}`, () => {
    test('a worker that is stopped (SIGSTOP) for longer than its lease and goes on then writes nothing about tasks that another has ended', {
      timeout: 300_000,
    }, async () => {
      const provider = await startJobProvider(1)
      const scene = await prepareTasks(provider, postgres, TASKS)
      const { database, installation, key, hook } = scene
      try {
        const paused = await installation.start()
        let submits = 0
        provider.onStage = (stage) => {
          // In the middle of its work on all of them.
          if (stage === 'submit' && ++submits === TASKS) paused.child.kill('SIGSTOP')
        }
        const ids = await Promise.all(Array.from({ length: TASKS }, () => create(paused, key, hook)))
        await until('it is stopped', () => (submits >= TASKS ? true : undefined), 60_000)
        const other = await installation.start()
        const rows = () => database.query('SELECT * FROM tasks ORDER BY id')
        const ended = await until(
          'the other worker has ended them all',
          async () => {
            const tasks = await rows()
            return tasks.every(({ completed_at }) => completed_at !== null) ? tasks : undefined
          },
          120_000,
        )
        paused.child.kill('SIGCONT')
        // Those that it had not ended before it was stopped.
        const lost = () => (paused.output().includes('another worker') ? true : undefined)
        await until('it has seen that they are lost', lost, 60_000)
        await paused.stop()
        expect(await rows()).toEqual(ended)
        await until('the webhooks', () => (provider.webhooks.size === TASKS ? true : undefined), 60_000)
        await other.stop()
        const figures = await checkTasks(scene, provider, ids)
        console.log(`SIGSTOP of a worker on ${name}: ${figures}`)
        // What it had kept for tasks that were another's to end is gone.
        expect(figures).toContain(' 0 files kept')
      } finally {
        await database.close()
        await installation.remove()
        await provider.close()
      }
    })
  })
}

async function create({ url }: Server, key: string, hook: string): Promise<string> {
  const answer = await fetch(`${url}/v1/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'draw', prompt: 'A cat', webhook_url: hook }),
  })
  const { data } = (await answer.json()) as { data: { id: string } }
  return data.id
}
