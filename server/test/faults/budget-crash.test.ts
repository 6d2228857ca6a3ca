import { afterAll, describe, test } from 'vitest'
import { CAN_KILL_POSTGRES } from '../support/cluster.ts'
import { stopAll } from '../support/processes.ts'
import { onOwnCluster, spendThroughCrashes } from './budget-rounds.ts'

afterAll(stopAll)

const PROMISE =
  'pays for 100 and not one more through kill -9, and what was held for a provider that was never reached is spendable again within 30 s'

describe.concurrent('a budget for 100 requests, of which 1 000 are asked for', () => {
  test(`on one SQLite server that is restarted, ${PROMISE}`, { timeout: 180_000 }, () =>
    spendThroughCrashes({ name: 'SQLite', nodeCount: 1, crashes: 1 }),
  )

  test.skipIf(!CAN_KILL_POSTGRES)(
    `on three nodes and one PostgreSQL on this machine that is killed, too, ${PROMISE}`,
    { timeout: 180_000 },
    () =>
      onOwnCluster((cluster) =>
        spendThroughCrashes({ name: 'PostgreSQL', nodeCount: 3, crashes: 1, cluster }),
      ),
  )
})
