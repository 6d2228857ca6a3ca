import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { holdClosedPort } from '../support/closed-port.ts'
import { openRaw } from '../support/ledger.ts'
import { answerBytes, startRawUpstream } from '../support/raw-upstream.ts'
import { startSilentPort } from '../support/silent-port.ts'
import { type Caller, caller, makeUser } from '../support/wire.ts'

const PATH = '/v1/chat/completions'

/**
 * What becomes of a request: it is answered at once, it waits in the provider for `release`, its provider's port is
 * closed, or it accepts nothing. The words are equally long, so that all hold the same.
 */
export type Fate = 'answer' | 'parked' | 'closed' | 'silent'

export interface Answer {
  readonly id: string
  readonly fate: Fate
  /** Undefined: the connection broke. */
  readonly status: number | undefined
  readonly code: string | undefined
}

/** A budget that pays for so many requests and not for a nano-credit more, and the nodes that serve it. */
export interface BudgetScene {
  readonly installation: Installation
  readonly nodes: Server[]
  /** What one request holds, and is charged if it reaches the provider; nano-credits. */
  readonly price: bigint
  readonly budget: bigint
  /** Ids of the requests in the order in which they arrived at the provider. */
  readonly arrived: readonly string[]
  readonly answers: readonly Answer[]
  /** The most that was ever seen charged and held together, by the database. */
  readonly most: bigint
  send(node: Server, fate: Fate): Promise<Answer>
  /** Answers what is parked. */
  release(): void
  counter(): Promise<{ readonly spent: bigint; readonly held: bigint }>
  remove(): Promise<void>
}

/** Longer than the test looks at what a provider that accepts nothing holds. */
const CONNECT_MS = 60_000

export async function prepareBudget(
  postgres: boolean,
  nodeCount: number,
  pays: bigint,
): Promise<BudgetScene> {
  const [provider, silent, closed] = [await startProvider(), await startSilentPort(), await holdClosedPort()]
  const installation = await install(configOf(provider.url, silent.port, closed.port), postgres)
  const owner = await makeUser(installation, 'budget@example.com')
  const nodes = await Promise.all(Array.from({ length: nodeCount }, () => installation.start()))
  const { url } = nodes[0] as Server
  const manager = caller(url, owner.key)
  const price = await priceOf(url, await makeKey(manager, 0n))
  const budget = price * pays
  const { key, hash } = await makeKey(manager, budget)
  const counter = () => readCounter(installation, `key:${hash}:credits:none`)
  const answers: Answer[] = []
  const watch = watchCounter(counter)
  let count = 0
  return {
    installation,
    nodes,
    price,
    budget,
    arrived: provider.arrived,
    answers,
    get most() {
      return watch.most()
    },
    send: async (node, fate) => {
      const answer = await post(node.url, key, fate, count++)
      answers.push(answer)
      return answer
    },
    release: provider.release,
    counter,
    remove: async () => {
      await watch.stop()
      await provider.stop()
      await silent.stop()
      closed.release()
      await installation.remove()
    },
  }
}

function configOf(url: string, silent: number, closed: number): object {
  const config = testConfig(`${url}/v1`) as { providers: object[]; models: { id: string }[] }
  const chat = config.models.find(({ id }) => id === 'chat')
  const at = (port: number) => ({ kind: 'openai', baseUrl: `http://127.0.0.1:${port}/v1` })
  const routed = (id: Fate, provider: string) => ({ ...chat, id, routes: [{ provider, model: 'any' }] })
  return {
    ...config,
    log: { requests: 'none' },
    providers: [
      ...config.providers,
      { id: 'silent', ...at(silent), connectTimeoutMs: CONNECT_MS },
      { id: 'closed', ...at(closed) },
    ],
    models: [
      routed('answer', 'upstream'),
      routed('parked', 'upstream'),
      routed('silent', 'silent'),
      routed('closed', 'closed'),
    ],
  }
}

/** @param limit nano-credits */
async function makeKey(manager: Caller, limit: bigint): Promise<{ key: string; hash: string }> {
  const answer = await manager.post('/api/v1/keys', { name: 'Budget', limit: Number(limit) / 1e9 })
  const { key, data } = (await answer.json()) as { key: string; data: { hash: string } }
  return { key, hash: data.hash }
}

/** What the gateway says that a request needs of a budget of nothing; nano-credits. */
async function priceOf(url: string, { key }: { key: string }): Promise<bigint> {
  const answer = await caller(url, key).post(`/api${PATH}`, bodyOf('answer', 0))
  const { error } = (await answer.json()) as { error: { metadata: { needed: string } } }
  return BigInt(Math.round(Number(error.metadata.needed) * 1e9))
}

/** Every body is as long as every other. */
function bodyOf(fate: Fate, count: number) {
  const user = `${fate}-${String(count).padStart(6, '0')}`
  return { model: fate, user, max_tokens: 500, messages: [{ role: 'user', content: 'Hello' }] }
}

/** Reports more than any hold, so that whatever arrives costs all that was held for it. */
const ANSWER = answerBytes(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'any',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100_000, completion_tokens: 500, total_tokens: 100_500 },
  }),
)

async function startProvider() {
  const upstream = await startRawUpstream()
  const arrived: string[] = []
  const parked: (() => void)[] = []
  upstream.answer(({ body, socket }) => {
    const { user } = JSON.parse(body) as { user: string }
    arrived.push(user)
    const answer = () => void socket.write(ANSWER)
    if (user.startsWith('parked')) parked.push(answer)
    else answer()
  })
  const release = () => {
    for (const answer of parked.splice(0)) answer()
  }
  return { url: upstream.url, arrived, release, stop: upstream.stop }
}

/** Every request has a connection of its own. */
function post(url: string, key: string, fate: Fate, count: number): Promise<Answer> {
  const body = bodyOf(fate, count)
  const answer = { id: body.user, fate }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return new Promise((resolve) => {
    const broken = () => resolve({ ...answer, status: undefined, code: undefined })
    const sending = request(`${url}${PATH}`, { method: 'POST', headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.once('error', broken)
      response.once('end', () => {
        const { error } = JSON.parse(text) as { error?: { code: string } }
        resolve({ ...answer, status: response.statusCode, code: error?.code })
      })
    })
    sending.once('error', broken)
    sending.end(JSON.stringify(body))
  })
}

async function readCounter(installation: Installation, id: string) {
  const database = await openRaw(installation)
  try {
    const [row] = await database.query<{ spent_amount: string; held_amount: string }>(
      `SELECT spent_amount, held_amount FROM counters WHERE id = '${id}'`,
    )
    return { spent: BigInt(row?.spent_amount ?? 0), held: BigInt(row?.held_amount ?? 0) }
  } finally {
    await database.close()
  }
}

/** How often the counter is looked at. */
const LOOK_MS = 100

function watchCounter(counter: BudgetScene['counter']) {
  let [most, over] = [0n, false]
  const looking = (async () => {
    while (!over) {
      // While the database is away there is nothing to see.
      const { spent, held } = await counter().catch(() => ({ spent: 0n, held: 0n }))
      if (spent + held > most) most = spent + held
      await pause(LOOK_MS)
    }
  })()
  return {
    most: () => most,
    stop: () => {
      over = true
      return looking
    },
  }
}
