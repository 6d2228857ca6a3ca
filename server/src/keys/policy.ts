import ipaddr from 'ipaddr.js'
import type { Permission } from '../config/config.ts'

export type LimitReset = 'daily' | 'weekly' | 'monthly'

/** What a key may do. `null` in a list means no restriction; in an amount or time, no limit. */
export interface KeyPolicy {
  readonly permissions: readonly Permission[]
  readonly allowedModels: readonly string[] | null
  readonly allowedCidrs: readonly string[] | null
  readonly projectId: string | null
  readonly limitNanos: bigint | null
  readonly limitReset: LimitReset | null
  readonly expiresAt: number | null
}

/**
 * Which part of `wanted` exceeds what `grantor` holds, or undefined when nothing does: a key can never grant a
 * permission, model, address, project, budget or lifetime that it does not have itself.
 */
export function excessOf(grantor: KeyPolicy, wanted: KeyPolicy): string | undefined {
  const permission = wanted.permissions.find((name) => !grantor.permissions.includes(name))
  if (permission) return `permission ${permission}`
  if (!isSubset(wanted.allowedModels, grantor.allowedModels, (a, b) => a === b)) return 'allowed_models'
  if (!isSubset(wanted.allowedCidrs, grantor.allowedCidrs, cidrInside)) return 'allowed_cidrs'
  if (grantor.projectId !== null && wanted.projectId !== grantor.projectId) return 'project_id'
  if (grantor.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > grantor.expiresAt))
    return 'expires_at'
  if (!budgetInside(wanted, grantor)) return 'limit'
  return undefined
}

function isSubset(
  wanted: readonly string[] | null,
  held: readonly string[] | null,
  inside: (wanted: string, held: string) => boolean,
): boolean {
  if (held === null) return true
  return wanted?.every((item) => held.some((other) => inside(item, other))) ?? false
}

/** A budget that never comes back is inside any of its size; one that does must come back as seldom. */
function budgetInside(wanted: KeyPolicy, held: KeyPolicy): boolean {
  if (held.limitNanos === null) return true
  if (wanted.limitNanos === null || wanted.limitNanos > held.limitNanos) return false
  return wanted.limitReset === null || wanted.limitReset === held.limitReset
}

function cidrInside(wanted: string, held: string): boolean {
  const inner = parseCidr(wanted)
  const outer = parseCidr(held)
  if (!inner || !outer || inner[0].kind() !== outer[0].kind() || inner[1] < outer[1]) return false
  return inner[0].match(outer)
}

type Block = [ipaddr.IPv4 | ipaddr.IPv6, number]

const BLOCK = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i

/**
 * A CIDR block, or a single address as a block of one; undefined when the text is neither. A block of IPv4 addresses
 * mapped into IPv6 is the IPv4 block. Octal (010.0.0.1) and shortened (10.1) addresses are refused: they are read in
 * two ways.
 */
export function parseCidr(text: string): Block | undefined {
  const [, address = '', given] = BLOCK.exec(text) ?? []
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const bits = Number(given ?? 32)
    return bits <= 32 ? [ipaddr.IPv4.parse(address), bits] : undefined
  }
  const bits = Number(given ?? 128)
  if (!ipaddr.IPv6.isValid(address) || bits > 128) return undefined
  const wide = ipaddr.IPv6.parse(address)
  return wide.isIPv4MappedAddress() && bits >= 96 ? [wide.toIPv4Address(), bits - 96] : [wide, bits]
}

/** Whether an address lies in one of the blocks; an IPv4 address mapped into IPv6 counts as itself. */
export function addressAllowed(address: string, blocks: readonly string[] | null): boolean {
  if (blocks === null) return true
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return blocks.some((text) => {
    const block = parseCidr(text)
    return block !== undefined && block[0].kind() === parsed.kind() && parsed.match(block)
  })
}
