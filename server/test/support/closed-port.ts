import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

export interface ClosedPort {
  readonly port: number
  /** Gives the port back to whoever wants it. */
  release(): void
}

/**
 * A port of 127.0.0.1 on which nobody listens, and nobody can until it is released: a client's end of a connection has
 * it. One that is only looked for and left may be another's by the time it is used.
 */
export async function holdClosedPort(): Promise<ClosedPort> {
  const server = createServer((socket) => void socket.on('error', () => {}).unref()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const holder = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  await once(holder, 'connect')
  server.close()
  return { port: holder.localPort as number, release: () => void holder.resetAndDestroy() }
}
