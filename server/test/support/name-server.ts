import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import ipaddr from 'ipaddr.js'

export interface NameServer {
  /** `address:port`, for `outbound.resolver`. */
  readonly address: string
  /** The addresses of a name at each question for it, the last of them for ever. */
  set(name: string, ...answers: readonly (readonly string[])[]): void
  /** How often an IPv4 address of the name was asked for. */
  asked(name: string): number
  close(): void
}

/** A name server on loopback whose answers live for no second. Names that nobody set are 127.0.0.1. */
export async function startNameServer(): Promise<NameServer> {
  const names = new Map<string, (readonly string[])[]>()
  const questions = new Map<string, number>()
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query)
    const answers = names.get(name) ?? [['127.0.0.1']]
    // Both families are asked for at once: the question for IPv4 goes on to the next answer, a moment later.
    const [current = []] = answers
    if (type === 1) questions.set(name, (questions.get(name) ?? 0) + 1)
    if (type === 1 && answers.length > 1) setTimeout(() => answers.shift(), 50)
    const fitting = current.filter((address) => address.includes(':') === (type === 28))
    socket.send(answerOf(query.subarray(0, end), type, fitting), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    set: (name, ...answers) => void names.set(name, [...answers]),
    asked: (name) => questions.get(name) ?? 0,
    close: () => socket.close(),
  }
}

/** RFC 1035 section 4.1.2. */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] as number; length > 0; length = query[at] as number) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answerOf(question: Buffer, type: number, addresses: readonly string[]): Buffer {
  const head = Buffer.from(question)
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt32BE(0, 8)
  const records = addresses.map((address) => {
    const bytes = Buffer.from(ipaddr.parse(address).toByteArray())
    const record = Buffer.alloc(12)
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(type, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt16BE(bytes.length, 10)
    return Buffer.concat([record, bytes])
  })
  return Buffer.concat([head, ...records])
}
