import type { Config } from '../config/config.ts'
import { managesKeys } from '../config/schema.ts'
import { AppError } from '../errors.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'
import type { KeyVerifier } from '../keys/verify.ts'
import { KEY_EXPRESSION } from '../lib/key-text.ts'
import type { Access } from './route.ts'

export interface Credentials {
  /** Names and values in turn, as they came; Node's own map silently keeps the first of two `Authorization` headers. */
  readonly rawHeaders: readonly string[]
  readonly url: string
  readonly address: string
}

/**
 * Authenticates a request for a route and checks that the key may call it.
 *
 * @throws AppError by the catalogue; `store_unavailable`, never a 401, when the store cannot be asked
 */
export async function authenticate(
  credentials: Credentials,
  access: Access,
  verifier: KeyVerifier,
  config: Config,
): Promise<VerifiedKey | undefined> {
  if (access.open) return undefined
  refuseKeyInUrl(credentials.url)
  const verified = await verifier.verify(readToken(credentials.rawHeaders, config), credentials.address)
  if (access.key === undefined || access.key === 'any') return verified
  if (!config.keys.manageByKey && managesKeys(access.key)) {
    throw new AppError('key_management_disabled')
  }
  if (!verified.key.permissions.includes(access.key)) {
    throw new AppError('insufficient_permission', {
      message: `This API key lacks the permission ${access.key}`,
      metadata: { permission: access.key },
    })
  }
  return verified
}

/** RFC 6750 §2.3 allows a token in the URL and then warns of it; URLs end in logs, so a key there is refused even when good. */
function refuseKeyInUrl(url: string): void {
  const query = url.indexOf('?')
  if (query < 0) return
  KEY_EXPRESSION.lastIndex = 0
  if (/[?&](access_token|api_key|apikey|api-key)=/i.test(url) || KEY_EXPRESSION.test(url.slice(query))) {
    throw new AppError('credential_in_url')
  }
}

/** RFC 9110 §11.6.2: the scheme in any case, one or more spaces, the token. An `Authorization` header, when there, decides. */
function readToken(rawHeaders: readonly string[], config: Config): string {
  const [authorization, second] = valuesOf(rawHeaders, 'authorization')
  if (second !== undefined) throw new AppError('duplicate_authorization')
  if (authorization !== undefined) {
    const match = /^bearer +(\S+)$/i.exec(authorization)
    if (!match) throw new AppError('malformed_authorization')
    return match[1] as string
  }
  const [apiKey, secondKey] = config.keys.xApiKeyHeader ? valuesOf(rawHeaders, 'x-api-key') : []
  if (secondKey !== undefined)
    throw new AppError('duplicate_authorization', { message: 'Send exactly one x-api-key header' })
  if (!apiKey) throw new AppError('missing_authorization')
  return apiKey
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i] as string
    if (header.length === name.length && header.toLowerCase() === name)
      values.push(rawHeaders[i + 1] as string)
  }
  return values
}
