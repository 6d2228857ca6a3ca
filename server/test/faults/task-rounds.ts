import { expect } from 'vitest'
import { type Installation, install, type Server } from '../support/claviger.ts'
import { type Database, openDatabase } from '../support/database.ts'
import { type JobProvider, jobProviderEntry, type Stage, startJobProvider } from '../support/job-provider.ts'
import { until } from '../support/wire.ts'
import { checkTasks } from './task-check.ts'

export interface TaskRounds {
  readonly tasks: number
  readonly kills: number
  /** Servers that share the database. */
  readonly nodes: number
  readonly concurrency: number
}

/** Where a kill is placed: in the middle of what a provider or a client sees, or at any moment between. */
export const MOMENTS = [
  'created',
  'submit',
  'accepted',
  'poll',
  'fetch',
  'fetched',
  'hook',
  'between',
] as const
type Moment = (typeof MOMENTS)[number]

/** A moment that does not come within this time is not waited for. */
const MOMENT_MOST_MS = 10_000
const END_MOST_MS = 1_500_000
/** However often a server is killed over it. */
const CREATE_MOST_MS = 900_000
const BUDGET = '1000000'

export interface Kills {
  /** How many servers were killed at each moment. */
  readonly moments: Readonly<Record<string, number>>
  /** How many tasks the kills left in each state, all together. */
  readonly states: Readonly<Record<string, number>>
}

/**
 * Kills servers in every state of their tasks, and then holds what the provider, the receiver of webhooks and the
 * database say against each other.
 */
export async function killWorkers(name: string, postgres: boolean, rounds: TaskRounds): Promise<Kills> {
  const provider = await startJobProvider(2)
  const scene = await prepareTasks(provider, postgres, rounds.concurrency)
  try {
    const begun = performance.now()
    const nodes = await Promise.all(Array.from({ length: rounds.nodes }, () => scene.installation.start()))
    const killer = new Killer(scene, provider, nodes)
    const created = createAll(scene, nodes, rounds, killer)
    const [states, ids] = await Promise.all([killer.run(rounds), created])
    await ended(scene.database, provider, rounds.tasks)
    const seconds = (performance.now() - begun) / 1000
    await Promise.all(nodes.map((node) => node.stop()))
    const figures = await checkTasks(scene, provider, ids)
    console.log(
      `kill -9 of workers on ${name}: ${rounds.tasks} tasks, ${killer.kills} kills ${JSON.stringify(killer.moments)}, at the kills ${JSON.stringify(states)}; ` +
        `${figures}; ${seconds.toFixed(0)} s`,
    )
    expect(killer.kills).toBe(rounds.kills)
    return { moments: killer.moments, states }
  } finally {
    await scene.database.close()
    await scene.installation.remove()
    await provider.close()
  }
}

export interface TaskScene {
  readonly installation: Installation
  readonly database: Database
  readonly key: string
  readonly hook: string
}

/** An installation whose one model is made by the provider, and a key for it. */
export async function prepareTasks(
  provider: JobProvider,
  postgres: boolean,
  concurrency: number,
): Promise<TaskScene> {
  const installation = await install(
    {
      log: { level: 'info', requests: 'none' },
      providers: [jobProviderEntry(provider)],
      models: [
        {
          id: 'draw',
          kind: 'image',
          generation: { prices: { credits: '0.01' } },
          routes: [{ provider: 'jobs' }],
        },
      ],
      tasks: { concurrency, attempts: 20 },
      outbound: { allowHttp: true, ports: [provider.port], allowCidrs: ['127.0.0.0/8'] },
      webhooks: { allowUnsigned: true, perDestination: 50 },
    },
    postgres,
  )
  const user = ['--email', 'maker@example.com', '--name', 'Maker']
  await installation.admin('admin', 'users', 'create', ...user)
  const made = ['keys', 'create', '--user', 'maker@example.com', '--name', 'K', '--limit', BUDGET]
  const { key } = await installation.admin<{ key: string }>('admin', ...made)
  const hook = `http://127.0.0.1:${provider.port}/hook`
  return { installation, key, hook, database: await openDatabase(installation) }
}

/** Kills one server at a time, each at a moment of its own, and starts it again. */
class Killer {
  readonly #scene: TaskScene
  readonly #nodes: Server[]
  readonly moments: Record<string, number> = {}
  kills = 0
  #created = 0
  #reached: ((moment: Moment) => void) | undefined

  constructor(scene: TaskScene, provider: JobProvider, nodes: Server[]) {
    this.#scene = scene
    this.#nodes = nodes
    provider.onStage = (stage: Stage) => this.reached(stage)
  }

  reached(moment: Moment): void {
    if (moment === 'created') this.#created++
    this.#reached?.(moment)
  }

  /** @returns in which states the kills left tasks, all together */
  async run({ kills, tasks }: TaskRounds): Promise<Record<string, number>> {
    const found: Record<string, number> = {}
    for (let number = 0; number < kills; number++) {
      // Throughout: the kills keep pace with the tasks.
      const due = () => (this.#created >= (number * tasks) / kills ? true : undefined)
      await until(`the tasks before kill ${number}`, due, CREATE_MOST_MS)
      const place = number % this.#nodes.length
      const victim = this.#nodes[place] as Server
      const moment = await this.#kill(MOMENTS[number % MOMENTS.length] as Moment, victim)
      await victim.stop('SIGKILL')
      this.kills++
      this.moments[moment] = (this.moments[moment] ?? 0) + 1
      for (const [state, count] of await statesOf(this.#scene.database)) {
        found[state] = (found[state] ?? 0) + count
      }
      this.#nodes[place] = await this.#scene.installation.start()
    }
    return found
  }

  /** Resolves when the server is killed. @returns the moment at which it was */
  #kill(wanted: Moment, victim: Server): Promise<Moment> {
    let skip = Math.floor(Math.random() * 12)
    return new Promise((resolve) => {
      const strike = (moment: Moment): void => {
        clearTimeout(timer)
        this.#reached = undefined
        victim.child.kill('SIGKILL')
        resolve(moment)
      }
      const limit = wanted === 'between' ? Math.random() * 1000 : MOMENT_MOST_MS
      const timer = setTimeout(() => strike('between'), limit)
      this.#reached = (moment) => {
        if (moment !== wanted || skip-- > 0) return
        // What follows the last thing that the provider sees is the keeping of the file and the commit.
        if (moment === 'fetched') setTimeout(() => strike(moment), Math.random() * 25)
        else strike(moment)
      }
    })
  }
}

async function statesOf(database: Database): Promise<[string, number][]> {
  const rows = await database.query(`SELECT CASE
      WHEN state = 'pending' AND worker IS NULL THEN 'pending' WHEN state = 'pending' THEN 'claimed'
      WHEN external_id IS NULL THEN 'submitted' ELSE 'accepted' END AS kind, COUNT(*) AS number
    FROM tasks WHERE completed_at IS NULL GROUP BY 1`)
  return rows.map(({ kind, number }) => [String(kind), Number(number)])
}

/** Every task once, however often its request must be repeated because its server was killed. */
async function createAll(
  { key, hook }: TaskScene,
  nodes: readonly Server[],
  { tasks }: TaskRounds,
  killer: Killer,
): Promise<string[]> {
  const ids: string[] = []
  let next = 0
  const create = async (number: number): Promise<string> => {
    const body = JSON.stringify({ model: 'draw', prompt: `Cat ${number}`, webhook_url: hook })
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': `task-${number}`,
    }
    return until(
      `task ${number}`,
      async () => {
        const { url } = nodes[Math.floor(Math.random() * nodes.length)] as Server
        const answer = await fetch(`${url}/v1/generate`, { method: 'POST', headers, body }).catch(
          () => undefined,
        )
        if (answer?.status !== 202) return undefined
        return ((await answer.json().catch(() => undefined)) as { data: { id: string } } | undefined)?.data.id
      },
      CREATE_MOST_MS,
    )
  }
  const line = async (): Promise<void> => {
    while (next < tasks) {
      ids.push(await create(next++))
      killer.reached('created')
    }
  }
  await Promise.all(Array.from({ length: 4 }, line))
  return ids
}

async function ended(database: Database, provider: JobProvider, tasks: number): Promise<void> {
  await until(
    'the end of all tasks',
    async () => {
      const [row] = await database.query('SELECT COUNT(*) AS number FROM tasks WHERE completed_at IS NULL')
      return Number(row?.number) === 0 ? true : undefined
    },
    END_MOST_MS,
  )
  await until(
    'the webhooks of all tasks',
    () => (provider.webhooks.size === tasks ? true : undefined),
    END_MOST_MS,
  )
}
