import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../deps.ts'
import { AppError } from '../errors.ts'

const HOUR_MS = 3_600_000

/** What stands in a link to a file. */
export interface FileLink {
  readonly id: string
  /** Seconds since the epoch. */
  readonly expires: string
  readonly signature: string
}

/**
 * The path of a link that is good for at least so many hours. Within an hour it is the same each time, so that browsers
 * keep what they have.
 */
export function linkPath(secrets: Secrets, id: string, hours: number, nowMs: number): string {
  const expires = String(((Math.floor(nowMs / HOUR_MS) + 1 + hours) * HOUR_MS) / 1000)
  return `/files/${id}?expires=${expires}&signature=${sign(secrets, id, expires)}`
}

/**
 * Whether the link is one of ours and still good. Nothing is looked up before, so that an answer tells nothing about
 * which files there are.
 *
 * @throws AppError `file_link_invalid`, `file_link_expired`
 */
export function checkLink(secrets: Secrets, { id, expires, signature }: FileLink, nowMs: number): void {
  const expected = Buffer.from(sign(secrets, id, expires))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new AppError('file_link_invalid')
  if (Number(expires) * 1000 <= nowMs) throw new AppError('file_link_expired')
}

/** A key of its own, so that a signature is good for nothing but a file. */
function sign({ sessionSecret }: Secrets, id: string, expires: string): string {
  const key = createHmac('sha256', sessionSecret).update('claviger file links').digest()
  return createHmac('sha256', key).update(`${id}.${expires}`).digest('base64url')
}
