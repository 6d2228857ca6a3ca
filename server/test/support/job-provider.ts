/** A provider that takes jobs, works on its own and is polled; and the receiver of webhooks beside it. */

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where in its life a task just is, as far as the provider can see, or the receiver of its webhook. */
export type Stage = 'submit' | 'accepted' | 'poll' | 'fetch' | 'fetched' | 'hook'

export interface JobProvider {
  readonly port: number
  /** Idempotency keys of the submits that came, by task. */
  readonly submits: ReadonlyMap<string, readonly string[]>
  /** Ids of the webhooks that came, by task. */
  readonly webhooks: ReadonlyMap<string, readonly string[]>
  /** Called at each stage, in the middle of the request. */
  onStage: (stage: Stage) => void
  close(): Promise<void>
}

/** A picture of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** @param polls how often a job says that it runs before it has ended */
export async function startJobProvider(polls: number): Promise<JobProvider> {
  const submits = new Map<string, string[]>()
  const webhooks = new Map<string, string[]>()
  const asked = new Map<string, number>()
  const note = (map: Map<string, string[]>, name: string, value: string) =>
    map.set(name, [...(map.get(name) ?? []), value])
  const provider = { onStage: (_: Stage): void => {} }
  const server = createServer(async (request, response) => {
    const { url = '' } = request
    const answer = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url === '/hook') {
      const { task_id } = (await read(request)) as { task_id: string }
      note(webhooks, task_id, String(request.headers['webhook-id']))
      provider.onStage('hook')
      return answer({})
    }
    if (request.method === 'POST') {
      const { task } = (await read(request)) as { task: string }
      const key = String(request.headers['idempotency-key'])
      note(submits, task, key)
      provider.onStage('submit')
      answer({ id: key, status: 'queued' })
      return provider.onStage('accepted')
    }
    if (url.startsWith('/files/')) {
      provider.onStage('fetch')
      response.writeHead(200, { 'content-type': 'image/png' }).end(PNG)
      return provider.onStage('fetched')
    }
    const times = (asked.get(url) ?? 0) + 1
    asked.set(url, times)
    provider.onStage('poll')
    return answer(
      times > polls ? { status: 'done', files: [{ url: `/files${url}.png` }] } : { status: 'running' },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return Object.assign(provider, { port, submits, webhooks, close })
}

/** The entry by which it is spoken with. */
export function jobProviderEntry({ port }: Pick<JobProvider, 'port'>): object {
  return {
    id: 'jobs',
    kind: 'http',
    baseUrl: `http://127.0.0.1:${port}`,
    http: {
      submit: {
        path: '/jobs',
        headers: { 'Idempotency-Key': '{idempotencyKey}' },
        body: { task: '{taskId}', prompt: '{prompt}' },
      },
      id: '/id',
      poll: { path: '/jobs/{id}', everyMs: 100 },
      status: '/status',
      outputs: '/files/*/url',
    },
  }
}

async function read(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}
