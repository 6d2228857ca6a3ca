import ipaddr from 'ipaddr.js'
import type { Config } from '../config/config.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** RFC 4291 section 2.5.5.2 and RFC 6052 section 2.1: what carries an IPv4 address in its last 32 bits. */
const CARRIERS = [ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), ipaddr.IPv6.parseCIDR('64:ff9b::/96')]
/** RFC 4291 section 2.4 and the registry of IANA: the only block that global addresses are given out of. */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3')

/** What answers Azure's machines at a public address, with their credentials among it. */
const CLOUD_INTERNAL = '168.63.129.16'

/**
 * Whether the server may connect to an address: one of the public internet, or one that the operator allows. Addresses
 * that carry an IPv4 address are judged by that; 6to4 and Teredo are refused, since they carry one to a relay.
 */
export function mayConnect(config: Pick<Config, 'outbound'>, text: string): boolean {
  const address = unwrap(text)
  return address !== undefined && (isPublic(address) || isInside(address, config.outbound.allowCidrs))
}

/** Whether the operator allows an address although it may not be public. */
export function isAllowed(config: Pick<Config, 'outbound'>, text: string): boolean {
  const address = unwrap(text)
  return address !== undefined && isInside(address, config.outbound.allowCidrs)
}

function unwrap(text: string): Address | undefined {
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.parse(text)
  if (!(address instanceof ipaddr.IPv6) || !CARRIERS.some((block) => address.match(block))) return address
  return ipaddr.fromByteArray(address.toByteArray().slice(12))
}

function isPublic(address: Address): boolean {
  if (address.toString() === CLOUD_INTERNAL) return false
  return address.range() === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(GLOBAL))
}

function isInside(address: Address, blocks: readonly string[]): boolean {
  return blocks.some((block) => {
    const [start, bits] = ipaddr.parseCIDR(block)
    return start.kind() === address.kind() && address.match(start, bits)
  })
}
