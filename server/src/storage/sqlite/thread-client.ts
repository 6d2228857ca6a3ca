import { Worker } from 'node:worker_threads'
import type { QueryOutcome } from './connection.ts'
import type { Reply, Request, ThreadOptions } from './messages.ts'

type Unsent = Request extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never

/** The main thread's end of a database thread. */
export class ThreadClient {
  readonly #worker: Worker
  readonly #pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  #next = 1
  #broken: Error | undefined
  #closing = false
  queries = 0

  constructor(entry: URL, options: ThreadOptions) {
    this.#worker = new Worker(entry, { workerData: options })
    this.#worker.on('message', (reply: Reply) => this.#receive(reply))
    this.#worker.on('error', (error) => this.#break(error as Error))
    this.#worker.on('exit', () => this.#break(new Error('The database thread has stopped')))
    this.#worker.unref()
  }

  run(tx: number, sql: string, params: readonly unknown[]): Promise<QueryOutcome> {
    return this.send<QueryOutcome>({ op: 'run', tx, sql, params })
  }

  send<T>(request: Unsent): Promise<T> {
    if (this.#broken) return Promise.reject(this.#broken)
    this.queries++
    const id = this.#next++
    // An idle thread must not keep a finished command alive; one that owes an answer must.
    if (this.#pending.size === 0) this.#worker.ref()
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as never, reject })
      this.#worker.postMessage({ ...request, id })
    })
  }

  async close(): Promise<void> {
    if (this.#broken) return
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    this.#closing = true
    await this.send({ op: 'close', tx: 0 })
    await exited
  }

  #receive(reply: Reply): void {
    const waiting = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if (this.#pending.size === 0 && !this.#closing) this.#worker.unref()
    if (!waiting) return
    if ('ok' in reply) waiting.resolve(reply.ok as never)
    else waiting.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }))
  }

  #break(error: Error): void {
    this.#broken ??= error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
