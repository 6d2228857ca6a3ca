import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { ConfigError } from '../config/config.ts'
import { sealingFingerprint } from '../config/secrets.ts'
import type { Deps, Secrets } from '../deps.ts'
import { AppError } from '../errors.ts'
import { fingerprintOf, sealedTexts, storeFingerprint } from './providers.store.ts'

/** What a sealed text belongs to: moved to another row it cannot be opened. */
export interface SealPlace {
  readonly providerId: string
  readonly credentialId: string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts a credential for the database: AES-256-GCM (NIST SP 800-38D, a random nonce of 96 bits) under the newest
 * sealing key, authenticated together with its place.
 *
 * @throws AppError `invalid_request` when there is no sealing key
 */
export function seal({ sealingKeys: [newest] }: Secrets, text: string, place: SealPlace): string {
  if (!newest) {
    const message =
      'There is no sealing key, so no credential can be stored: set CLAVIGER_SEALING_KEY to 32 or more random characters (openssl rand -hex 32), the same on every node'
    throw new AppError('invalid_request', { message, param: 'text' })
  }
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', cipherKey(newest.key), nonce)
  cipher.setAAD(bound(place))
  const parts = [nonce, cipher.update(text, 'utf8'), cipher.final()]
  return `v${newest.version}.${Buffer.concat([...parts, cipher.getAuthTag()]).toString('base64url')}`
}

/** The text again; undefined when its key is not there, or when anything of it or of its place was changed. */
export function unseal({ sealingKeys }: Secrets, sealed: string, place: SealPlace): string | undefined {
  const found = sealingKeys.find(({ version }) => version === versionOf(sealed))
  const bytes = Buffer.from(sealed.slice(sealed.indexOf('.') + 1), 'base64url')
  if (!found || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', cipherKey(found.key), nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(bound(place))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/**
 * Compares the sealing keys with the fingerprints that the database keeps and with what is sealed in it, so that a
 * restore beside the wrong secrets is refused at the start instead of at every request to a provider.
 *
 * @throws ConfigError when a key is not the one that the database was used with, or one that it needs is missing
 */
export async function checkSealing(deps: Deps): Promise<void> {
  const { sealingKeys } = deps.secrets
  const fresh: { version: number; name: string; own: string }[] = []
  for (const { version, key } of sealingKeys) {
    const name = `sealing_fingerprint_v${version}`
    const own = sealingFingerprint(key)
    const stored = await fingerprintOf(deps.db, name)
    if (stored === undefined) fresh.push({ version, name, own })
    else if (stored !== own) throw wrong(version)
  }
  const needed = new Set((await sealedTexts(deps.db)).map(versionOf))
  for (const version of needed) {
    if (!sealingKeys.some((known) => known.version === version)) throw missing(version)
  }
  // Only when all are right: a version must not be bound to what an operator got wrong.
  for (const { version, name, own } of fresh) {
    await storeFingerprint(deps.db, name, own)
    // Another node may have been first, with a key of its own.
    if ((await fingerprintOf(deps.db, name)) !== own) throw wrong(version)
  }
}

/** How many credentials are encrypted under each version of the sealing key: one that none needs may be dropped. */
export async function sealingUse(deps: Deps): Promise<{ version: number; count: number }[]> {
  const versions = (await sealedTexts(deps.db)).map(versionOf)
  return deps.secrets.sealingKeys.map(({ version }) => ({
    version,
    count: versions.filter((used) => used === version).length,
  }))
}

function wrong(version: number): ConfigError {
  return new ConfigError([
    `the sealing key (version ${version}) is not the one this database was used with: restore secrets.json beside the database, or set CLAVIGER_SEALING_KEY to the former value`,
  ])
}

function missing(version: number): ConfigError {
  return new ConfigError([
    `CLAVIGER_SEALING_KEY lacks version ${version}, which credentials of providers in the database are encrypted under: restore secrets.json beside the database, or write the former value back into its place`,
  ])
}

/** The operator's text may be of any length and shape; the cipher wants 256 even bits. */
function cipherKey(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'claviger provider credentials', 32))
}

function bound({ providerId, credentialId }: SealPlace): Buffer {
  return Buffer.from(JSON.stringify([providerId, credentialId]))
}

function versionOf(sealed: string): number {
  return Number(/^v(\d{1,9})\./.exec(sealed)?.[1] ?? Number.NaN)
}
