import { afterAll, describe, test } from 'vitest'
import { CAN_KILL_POSTGRES } from '../support/cluster.ts'
import { stopAll } from '../support/processes.ts'
import { takeDatabaseAway } from './outage-rounds.ts'

afterAll(stopAll)

describe.skipIf(!CAN_KILL_POSTGRES)('an outage of PostgreSQL on this machine', () => {
  test(
    'kill -9 and immediate shutdown under load: 503 and never 401, nothing acknowledged is lost or double, and the server recovers by itself',
    {
      timeout: 180_000,
    },
    () =>
      takeDatabaseAway({
        rate: 100,
        // Shorter than what rows are kept for, and longer than a lease.
        outages: [
          { signal: 'SIGQUIT', lastsMs: 1000 },
          { signal: 'SIGKILL', lastsMs: 7000 },
        ],
        growthMostMb: 200,
      }),
  )
})
