import type { IncomingMessage } from 'node:http'
import { addressAllowed } from '../keys/policy.ts'

/**
 * The address of the client: the connection's, or, as long as the one who says so is a trusted proxy, the one before it
 * in `X-Forwarded-For`. Whatever an untrusted hop wrote in front of it counts for nothing.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: readonly string[]): string {
  let address = request.socket.remoteAddress ?? ''
  if (trustedProxies.length === 0) return address
  const forwarded = request.headers['x-forwarded-for']
  if (forwarded === undefined) return address
  for (const hop of String(forwarded).split(',').reverse()) {
    const before = hop.trim()
    if (before === '') continue
    if (!addressAllowed(address, trustedProxies)) break
    address = before
  }
  return address
}
