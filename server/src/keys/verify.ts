import { projectIdsFor } from '../accounts/projects.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { createDigester, type Digester } from './digest.ts'
import { KeyCache } from './key-cache.ts'
import { changesAfter, findSecretRow, oldestChange } from './keys.store.ts'
import { type KnownSecret, toKnown, type VerifiedKey } from './known-secret.ts'
import { addressAllowed } from './policy.ts'
import { isSecret } from './secret.ts'

/**
 * Decides about presented secrets: shape and checksum first (junk causes no query), then the cache, which follows the
 * epoch, then the database. Three outcomes and never a fourth: a verified key, a refusal, or `store_unavailable`.
 */
export class KeyVerifier {
  readonly #deps: Deps
  readonly #digester: Digester
  readonly #prefixes: readonly string[]
  readonly #cache: KeyCache
  readonly #filling = new Map<string, Promise<KnownSecret | null>>()
  #catchingUp: Promise<void> | undefined

  constructor(deps: Deps, capacity = 100_000) {
    this.#deps = deps
    this.#digester = createDigester(deps.secrets.peppers)
    this.#prefixes = [deps.config.keys.prefix, ...deps.config.keys.otherPrefixes].map(
      (prefix) => `${prefix}_`,
    )
    this.#cache = new KeyCache(capacity)
  }

  /**
   * @param address the client's address, for keys bound to CIDR blocks
   * @throws AppError 401 or 403 by the catalogue, or `store_unavailable`
   */
  async verify(text: string, address: string): Promise<VerifiedKey> {
    if (!isSecret(text) || !this.#prefixes.some((prefix) => text.startsWith(prefix)))
      throw new AppError('invalid_api_key')
    const digests = this.#digester.all(text)
    const id = digests[0] as string
    await this.#followEpoch()
    const cached = this.#cache.get(id)
    const known = cached === undefined ? await this.#fill(id, digests) : cached
    if (known === null) throw new AppError('invalid_api_key')
    refuse(known, address, this.#deps)
    return known
  }

  /** Brings the cache to the newest epoch: what changed leaves it, and nothing else. */
  #followEpoch(): Promise<void> | undefined {
    const epoch = this.#deps.store.epoch.current()
    if (epoch <= this.#cache.epoch) return undefined
    this.#catchingUp ??= this.#catchUp(epoch).finally(() => {
      this.#catchingUp = undefined
    })
    // The pass under way may have begun before this epoch, so look again after it.
    return this.#catchingUp.then(() => this.#followEpoch())
  }

  async #catchUp(epoch: number): Promise<void> {
    try {
      const seen = this.#cache.epoch
      const [changes, oldest] = await Promise.all([
        changesAfter(this.#deps.db, seen),
        oldestChange(this.#deps.db),
      ])
      const gap = seen === 0 || oldest === undefined || oldest > seen + 1
      const newest = changes.at(-1)?.epoch ?? epoch
      if (gap) this.#cache.clear(Math.max(newest, epoch))
      else this.#cache.evict(changes, newest)
    } catch (cause) {
      throw new AppError('store_unavailable', { cause })
    }
  }

  #fill(id: string, digests: readonly string[]): Promise<KnownSecret | null> {
    const underWay = this.#filling.get(id)
    if (underWay) return underWay
    const filling = this.#read(id, digests).finally(() => this.#filling.delete(id))
    this.#filling.set(id, filling)
    return filling
  }

  async #read(id: string, digests: readonly string[]): Promise<KnownSecret | null> {
    try {
      const startedAt = this.#cache.epoch
      const row = await findSecretRow(this.#deps.db, digests)
      if (!row) {
        this.#cache.set(id, null, startedAt)
        return null
      }
      const known = toKnown(row, await projectIdsFor(this.#deps, row.organization_id, row.user_id))
      // A row read before the newest epoch may be stale already: it answers this request and is not kept.
      this.#cache.set(id, known, Number(row.epoch))
      return known
    } catch (cause) {
      throw new AppError('store_unavailable', { cause })
    }
  }
}

function refuse(known: KnownSecret, address: string, deps: Deps): void {
  const { key } = known
  if (key.environment !== deps.config.environment) throw new AppError('wrong_environment')
  if (key.state === 'revoked') throw new AppError('key_revoked')
  if (key.state === 'disabled') throw new AppError('key_disabled')
  const now = deps.now()
  if (key.expiresAt !== null && key.expiresAt <= now) throw new AppError('key_expired')
  if (known.secretExpiresAt !== null && known.secretExpiresAt <= now) throw new AppError('key_expired')
  if (known.userSuspended) throw new AppError('user_suspended')
  if (known.organizationSuspended) throw new AppError('organization_suspended')
  if (!known.ownerIsMember) throw new AppError('owner_removed')
  if (!addressAllowed(address, key.allowedCidrs)) throw new AppError('address_not_allowed')
}
