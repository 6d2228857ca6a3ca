import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../errors.ts'

/**
 * The prefix of our cookies. `__Host-` has the browser refuse one that was set by a sub-domain, for a path, or without
 * TLS (RFC 6265bis §4.1.3.2); it cannot be had over plain HTTP.
 */
export function cookiePrefix(origin: string): string {
  return origin.startsWith('https://') ? '__Host-claviger' : 'claviger'
}

/**
 * The session token of a request's cookies, if its signature is ours.
 *
 * @param cookies the values of the `Cookie` headers
 * @throws AppError `session_required` when the cookie is there twice: nobody knows which of the two was set by us
 */
export function readSessionToken(
  cookies: readonly string[],
  origin: string,
  secret: string,
): string | undefined {
  const name = `${cookiePrefix(origin)}.session_token`
  const found = cookies
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  if (found.length > 1)
    throw new AppError('session_required', {
      message: `The cookie ${name} came twice; clear the cookies of this site`,
    })
  return found[0] === undefined ? undefined : verified(found[0], secret)
}

/** `token.signature` as the sign-in library writes it: HMAC-SHA-256 in Base64, percent-encoded together. */
function verified(value: string, secret: string): string | undefined {
  const text = decoded(value)
  const dot = text.lastIndexOf('.')
  const token = text.slice(0, dot)
  if (dot < 1 || token.length > 256) return undefined
  const given = Buffer.from(text.slice(dot + 1))
  const expected = Buffer.from(createHmac('sha256', secret).update(token).digest('base64'))
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}
