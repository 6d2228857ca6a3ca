import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Secrets } from '../deps.ts'

export interface Digester {
  /** The digest under the newest pepper, for a new secret. */
  newest(secret: string): { readonly digest: string; readonly version: number }
  /** The digests under every pepper, newest first, for a look-up. */
  all(secret: string): string[]
}

/**
 * HMAC-SHA-256 of a key text under the peppers. A keyed digest, so that one who can write to the database cannot plant
 * the hash of a key of his own; not a slow one, since 160 random bits need no stretching (ASVS 6.5.2).
 */
export function createDigester(peppers: Secrets['peppers']): Digester {
  const keys = peppers.map(({ version, key }) => ({ version, key: createSecretKey(key) }))
  const [first] = keys
  if (!first) throw new Error('No pepper is configured')
  const digest = (key: KeyObject, secret: string): string =>
    createHmac('sha256', key).update(secret).digest('hex')
  return {
    newest: (secret) => ({ digest: digest(first.key, secret), version: first.version }),
    all: (secret) => keys.map(({ key }) => digest(key, secret)),
  }
}
