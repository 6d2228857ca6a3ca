import { Worker } from 'node:worker_threads'
import type { QueryOutcome } from './connection.ts'
import type { Reply, Request, ThreadOptions } from './messages.ts'

type Unsent = Request extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never

/** A thread that died is not started again sooner than this: what killed it may still be there. */
const RESTART_MS = 1000

/**
 * The main thread's end of a database thread. When the thread dies, what waits for it is rejected, an open transaction is
 * gone, and a later request starts it anew.
 */
export class ThreadClient {
  readonly #entry: URL
  readonly #options: ThreadOptions
  readonly #pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  #worker: Worker | undefined
  #next = 1
  #lost: { readonly error: Error; readonly at: number } | undefined
  #closing = false
  queries = 0

  constructor(entry: URL, options: ThreadOptions) {
    this.#entry = entry
    this.#options = options
    this.#worker = this.#launch()
  }

  #launch(): Worker {
    const worker = new Worker(this.#entry, { workerData: this.#options })
    let cause: Error | undefined
    worker.on('message', (reply: Reply) => this.#receive(reply))
    worker.on('error', (error) => {
      cause = error as Error
    })
    worker.on('exit', () => this.#lose(cause))
    worker.unref()
    return worker
  }

  run(tx: number, sql: string, params: readonly unknown[]): Promise<QueryOutcome> {
    return this.send<QueryOutcome>({ op: 'run', tx, sql, params })
  }

  send<T>(request: Unsent): Promise<T> {
    if (!this.#worker && this.#lost && (this.#closing || performance.now() - this.#lost.at < RESTART_MS)) {
      return Promise.reject(this.#lost.error)
    }
    this.#worker ??= this.#launch()
    const worker = this.#worker
    this.queries++
    const id = this.#next++
    return new Promise<T>((resolve, reject) => {
      worker.postMessage({ ...request, id })
      // An idle thread must not keep a finished command alive; one that owes an answer must.
      if (this.#pending.size === 0) worker.ref()
      this.#pending.set(id, { resolve: resolve as never, reject })
    })
  }

  async close(): Promise<void> {
    this.#closing = true
    const worker = this.#worker
    if (!worker) return
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    // One that dies over it is closed as well.
    await this.send({ op: 'close', tx: 0 }).catch(() => {})
    await exited
  }

  #receive(reply: Reply): void {
    const waiting = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if (this.#pending.size === 0 && !this.#closing) this.#worker?.unref()
    if (!waiting) return
    if ('ok' in reply) waiting.resolve(reply.ok as never)
    else waiting.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }))
  }

  #lose(cause: Error | undefined): void {
    const error = new Error(`The database thread has stopped${cause ? `: ${cause.message}` : ''}`, { cause })
    this.#lost = { error, at: performance.now() }
    this.#worker = undefined
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
