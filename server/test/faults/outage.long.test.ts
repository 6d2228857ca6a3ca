import { afterAll, describe, test } from 'vitest'
import { CAN_KILL_POSTGRES } from '../support/cluster.ts'
import { stopAll } from '../support/processes.ts'
import { takeDatabaseAway } from './outage-rounds.ts'

afterAll(stopAll)

describe.skipIf(!CAN_KILL_POSTGRES)('long outages of PostgreSQL on this machine', () => {
  test(
    'a minute without a database under 200 requests a second, and a dozen shorter ones: nothing acknowledged is lost or double, and memory does not grow with the outage',
    {
      timeout: 900_000,
    },
    () =>
      takeDatabaseAway({
        rate: 200,
        outages: [
          { signal: 'SIGKILL', lastsMs: 60_000 },
          ...Array.from({ length: 12 }, (_, index) => ({
            signal: index % 2 === 0 ? ('SIGKILL' as const) : ('SIGQUIT' as const),
            lastsMs: 500 + 900 * index,
          })),
        ],
        growthMostMb: 250,
      }),
  )
})
