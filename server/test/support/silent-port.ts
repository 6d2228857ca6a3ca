import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Listens with the shortest queue and never accepts, since its thread sleeps for good. */
const LISTENER = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  })`
/** More than the queue has room for; those that find none stay on their way. */
const QUEUED = 4

/** A port that nobody can connect to, and that does not say so: whoever tries waits for its own time limit. */
export async function startSilentPort(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const worker = new Worker(LISTENER, { eval: true })
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const queued: Socket[] = []
  for (let count = 0; count < QUEUED; count++) {
    queued.push(connect(port, '127.0.0.1').on('error', () => {}))
  }
  return {
    port,
    stop: async () => {
      for (const socket of queued) socket.destroy()
      await worker.terminate()
    },
  }
}
