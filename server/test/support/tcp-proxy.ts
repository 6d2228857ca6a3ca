import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A wire that a test can cut: it stands between a client and a server that both stay as they are. */
export interface TcpProxy {
  /** The URL with the proxy's address in place of the server's. */
  through(url: string): string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  /** Takes connections and bytes and passes nothing on, either way: a network that loses every packet. */
  swallow(): void
  /** New connections pass. Those that were swallowed stay lost, as after a fail-over. */
  heal(): Promise<void>
  /** Everything goes on where it was, as packets that are sent again. */
  resume(): void
  close(): Promise<void>
}

export async function startProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<readonly [Socket, Socket]>()
  let swallowing = false
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (chunk) => void to.write(chunk))
      from.on('error', () => {})
      from.on('close', () => {
        pairs.delete(pair)
        if (!swallowing) to.destroy()
      })
      if (swallowing) from.pause()
    }
  })
  const listen = async (on: number): Promise<number> => {
    server.listen(on, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const own = await listen(0)
  const each = (act: (socket: Socket) => void): void => {
    for (const pair of [...pairs]) pair.forEach(act)
  }
  return {
    through: (url) => {
      const moved = new URL(url)
      moved.host = `127.0.0.1:${own}`
      return moved.href
    },
    cut: () => {
      server.close()
      each((socket) => socket.destroy())
    },
    swallow: () => {
      swallowing = true
      each((socket) => socket.pause())
    },
    heal: async () => {
      swallowing = false
      if (!server.listening) await listen(own)
    },
    resume: () => {
      swallowing = false
      each((socket) => socket.resume())
    },
    close: async () => {
      server.close()
      each((socket) => socket.destroy())
    },
  }
}
