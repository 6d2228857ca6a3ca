import { expect } from 'vitest'
import type { Server } from '../support/claviger.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { openRaw } from '../support/ledger.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { until } from '../support/load.ts'
import { type Answer, type BudgetScene, type Fate, prepareBudget } from './budget-scene.ts'

const PAYS = 100
/** DESIGN section 5, from the kill on. */
const RELEASED_MOST_MS = 30_000

export interface Crashes {
  readonly name: string
  readonly nodeCount: number
  /** How often a node is killed under load, after the first time. */
  readonly crashes: number
  /** The database of the nodes; it is killed with a node, every other time. */
  readonly cluster?: Cluster
}

/** Asks 1 000 times for what a budget affords 100 times, while nodes and their database are killed. */
export async function spendThroughCrashes({ name, nodeCount, crashes, cluster }: Crashes): Promise<void> {
  const scene = await prepareBudget(cluster !== undefined, nodeCount, BigInt(PAYS))
  try {
    const waiting = await fill(scene)
    const released = await releaseByKill(scene)
    await Promise.all(waiting)
    for (let crash = 1; crash <= crashes; crash++) {
      const last = crash === crashes
      const wave = last ? { answer: 100, parked: 12, silent: 10 } : { answer: 2, parked: 2, silent: 10 }
      await crashUnderLoad(scene, crash, wave, crash % 2 === 1 ? cluster : undefined)
    }
    await drain(scene)
    const { arrived, answers, most } = scene
    console.log(
      `a budget for ${PAYS} on ${name}: ${answers.length} asked, ${arrived.length} arrived at the provider, ` +
        `${crashes + 1} kills, ${answers.filter(({ status }) => status === 200).length} were answered; spendable again ${released | 0} ms after the kill`,
    )
    expect(answers.length).toBeGreaterThanOrEqual(1000)
    expect(released).toBeLessThan(RELEASED_MOST_MS)
    expect(most).toBeLessThanOrEqual(scene.budget)
    await expectCharged(scene)
    await expectLedgerClean(scene.installation)
  } finally {
    await scene.remove()
  }
}

/** With a PostgreSQL that the test may kill, where `install` would take the shared one. */
export async function onOwnCluster(work: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await startCluster()
  const shared = process.env.TEST_DATABASE_URL
  process.env.TEST_DATABASE_URL = cluster.url
  try {
    await work(cluster)
  } finally {
    process.env.TEST_DATABASE_URL = shared
    await cluster.remove()
  }
}

const SILENT = 40
const PARKED = 20
const CLOSED = 10
const ASKED_AT_ONCE = 800

/** While 60 shares are held and none is spent, exactly the 40 that are left are given to those who ask. */
async function fill(scene: BudgetScene): Promise<Promise<Answer>[]> {
  const [first] = scene.nodes as [Server]
  const waiting = [...send(scene, [first], 'silent', SILENT), ...send(scene, scene.nodes, 'parked', PARKED)]
  const closed = await Promise.all(send(scene, scene.nodes, 'closed', CLOSED))
  expect(tally(closed)).toEqual({ '503 upstream_unavailable': CLOSED })
  await until('the shares are held', async () => {
    const { held } = await scene.counter()
    return held === scene.price * BigInt(SILENT + PARKED) && scene.arrived.length === PARKED
  })
  const asked = await Promise.all(send(scene, scene.nodes, 'answer', ASKED_AT_ONCE))
  expect(tally(asked)).toEqual({
    200: PAYS - SILENT - PARKED,
    '429 budget_in_flight': ASKED_AT_ONCE - (PAYS - SILENT - PARKED),
  })
  return waiting
}

/** Milliseconds from the kill until a share of those that were never sent is given to another request. */
async function releaseByKill(scene: BudgetScene): Promise<number> {
  const [victim] = scene.nodes as [Server]
  const killedAt = performance.now()
  await victim.stop('SIGKILL')
  const restarted = replace(scene, 0)
  if (scene.nodes.length === 1) await restarted
  const survivor = () => scene.nodes.at(-1) as Server
  await until(
    'a share is spendable again',
    async () => (await scene.send(survivor(), 'answer')).status === 200,
    RELEASED_MOST_MS,
  )
  const took = performance.now() - killedAt
  await restarted
  scene.release()
  return took
}

type Wave = Readonly<Partial<Record<Fate, number>>>

/** Kills a node, and the database with it, as soon as the first of a wave of requests has arrived. */
async function crashUnderLoad(scene: BudgetScene, crash: number, wave: Wave, cluster: Cluster | undefined) {
  const { nodes, arrived } = scene
  const index = crash % nodes.length
  const victim = nodes[index] as Server
  const before = arrived.length
  const { silent = 0, parked = 0, answer = 0 } = wave
  const sent = [
    // They would hold on to their shares until they are tired of connecting, so their node must be the one that dies.
    ...send(scene, [victim], 'silent', silent),
    ...send(scene, nodes, 'parked', parked),
    ...send(scene, nodes, 'answer', answer),
  ]
  await until('the first has arrived', () => arrived.length > before)
  await Promise.all([victim.stop('SIGKILL'), cluster?.kill('SIGKILL')])
  await cluster?.restart()
  await replace(scene, index)
  await until(
    'nothing is held any more',
    async () => {
      // Some arrive only when the database is back.
      scene.release()
      return (await scene.counter()).held === 0n
    },
    RELEASED_MOST_MS,
  )
  await Promise.all(sent)
}

async function replace({ nodes, installation }: BudgetScene, index: number): Promise<void> {
  nodes[index] = await installation.start()
}

/** What is left is given out to the last share, and refused from then on. */
async function drain(scene: BudgetScene): Promise<void> {
  for (;;) {
    const answers = await Promise.all(send(scene, scene.nodes, 'answer', 60))
    if (answers.every(({ code }) => code === 'insufficient_quota')) return
    expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([])
  }
}

function send(scene: BudgetScene, nodes: readonly Server[], fate: Fate, count: number): Promise<Answer>[] {
  return Array.from({ length: count }, (_, at) => scene.send(nodes[at % nodes.length] as Server, fate))
}

/** The provider's own record against the rows, and both against the budget. */
async function expectCharged({ installation, arrived, answers, price, budget, counter }: BudgetScene) {
  const database = await openRaw(installation)
  try {
    const rows = await database.query<{ end_user: string; cost_basis: string; cost_nanos: string }>(
      'SELECT end_user, cost_basis, cost_nanos FROM usage_events',
    )
    const charged = rows.filter(({ cost_nanos }) => cost_nanos !== '0')
    const paid = new Set(charged.map(({ end_user }) => end_user))
    expect(arrived.filter((id) => !paid.has(id))).toEqual([])
    expect(new Set(arrived).size).toBe(arrived.length)
    expect(paid.size).toBe(rows.filter(({ cost_basis }) => cost_basis !== 'none').length)
    expect(charged.filter(({ cost_nanos }) => cost_nanos !== `${price}`)).toEqual([])
    expect(charged).toHaveLength(PAYS)
    expect(arrived.length).toBeLessThanOrEqual(PAYS)
    // Who was answered is not charged for a guess.
    const answered = answers.filter(({ status }) => status === 200).map(({ id }) => id)
    const reported = charged.filter(({ cost_basis }) => cost_basis === 'reported')
    const known = new Set(reported.map(({ end_user }) => end_user))
    expect(answered.filter((id) => !known.has(id))).toEqual([])
    // A provider that could not be connected to got nothing, whoever died meanwhile.
    expect([...paid].filter((id) => id.startsWith('silent') || id.startsWith('closed'))).toEqual([])
    expect(await counter()).toEqual({ spent: budget, held: 0n })
  } finally {
    await database.close()
  }
}

function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, code } of answers) {
    const name = [status ?? 'broken', code].filter(Boolean).join(' ')
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
