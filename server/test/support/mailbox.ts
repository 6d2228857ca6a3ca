import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface Mailbox {
  readonly port: number
  /**
   * What `pattern` finds in the newest letter to an address that it finds something in; waits for one.
   *
   * @throws Error after ten seconds
   */
  link(address: string, pattern: RegExp): Promise<string>
  /** How many letters an address has got. */
  count(address: string): number
  close(): Promise<void>
}

/** A mail server that keeps what it gets. */
export async function openMailbox(): Promise<Mailbox> {
  const letters: { to: string[]; text: string }[] = []
  let arrived = (): void => {}
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8')
        letters.push({ to: envelope.rcptTo.map(({ address }) => address), text: decoded(raw) })
        done()
        arrived()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const find = (address: string, pattern: RegExp): string | undefined =>
    letters
      .filter(({ to }) => to.includes(address))
      .map(({ text }) => pattern.exec(text)?.[1])
      .findLast((found) => found !== undefined)
  return {
    port: (server.server.address() as AddressInfo).port,
    link: (address, pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no letter to ${address} has ${pattern}`)), 10_000)
        arrived = () => {
          const found = find(address, pattern)
          if (found === undefined) return
          clearTimeout(timer)
          resolve(found)
        }
        arrived()
      }),
    count: (address) => letters.filter(({ to }) => to.includes(address)).length,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** Quoted-printable, in which a long link is broken over lines (RFC 2045 §6.7). */
function decoded(raw: string): string {
  return raw
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
