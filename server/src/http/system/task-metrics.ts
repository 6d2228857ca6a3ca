import { Gauge, type Registry } from 'prom-client'
import type { Deps } from '../../deps.ts'
import { queueState } from '../../tasks/read-tasks.ts'

/** How tasks stand, as the database says at each look. How they ended is in the metrics of usage. */
export function exposeTasks(registry: Registry, deps: Deps, queried: () => void): void {
  const age = new Gauge({
    name: 'claviger_task_queue_age_seconds',
    help: 'How long the oldest task waits that no provider has got yet',
    registers: [registry],
  })
  new Gauge({
    name: 'claviger_tasks',
    help: 'Tasks that have not ended, by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      try {
        queried()
        const { pending, processing, oldestPendingMs } = await queueState(deps)
        this.set({ state: 'pending' }, pending)
        this.set({ state: 'processing' }, processing)
        age.set(oldestPendingMs / 1000)
      } catch {
        // A database that is away must not hide every other metric.
        this.reset()
        age.reset()
      }
    },
  })
}
