import { promises as dns } from 'node:dns'
import { isIP, isIPv4 } from 'node:net'
import { isAllowed, mayConnect } from './addresses.ts'
import type { OutboundConfig } from './check-url.ts'
import { OutboundFailed, OutboundRefused } from './outbound-error.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Asks name servers over the network and not the system: its look-ups wait in four threads, behind the slowest. */
export class NameResolver {
  readonly #config: OutboundConfig
  readonly #resolver = new dns.Resolver({ timeout: 2000, tries: 2 })

  constructor(config: OutboundConfig) {
    this.#config = config
    if (config.outbound.resolver) this.#resolver.setServers([config.outbound.resolver])
  }

  /**
   * The addresses of a host of a checked URL.
   *
   * @throws OutboundRefused when one of them may not be connected to: who names public and private ones hopes that it is
   *   the private one that is taken
   * @throws OutboundFailed `name` when there is none
   */
  async addressesOf({ hostname }: URL): Promise<ResolvedAddress[]> {
    const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    const found = isIP(literal) ? [literal] : await this.#lookUp(hostname)
    const allowed = (address: string) =>
      isIP(literal) ? isAllowed(this.#config, address) : mayConnect(this.#config, address)
    if (!found.every(allowed)) {
      throw new OutboundRefused('address', `${hostname} has an address that is not public`)
    }
    return found.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }))
  }

  async #lookUp(name: string): Promise<string[]> {
    const asked = await Promise.allSettled([this.#resolver.resolve4(name), this.#resolver.resolve6(name)])
    const found = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (found.length === 0) throw new OutboundFailed('name', `${name} cannot be resolved`)
    return found
  }

  close(): void {
    this.#resolver.cancel()
  }
}
