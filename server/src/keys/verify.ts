import { hash } from 'node:crypto'
import { projectIdsFor } from '../accounts/projects.ts'
import { type Deps, inTime } from '../deps.ts'
import { AppError } from '../errors.ts'
import { isSecret, SECRET_LENGTH_MOST } from '../lib/key-text.ts'
import { readLimits } from '../limits/limits-of-key.ts'
import { createDigester, type Digester } from './digest.ts'
import { toKey } from './key.ts'
import { KeyCache } from './key-cache.ts'
import { changesAfter, findSecretRow, findSecretRowById, type SecretRow } from './keys.store.ts'
import { type KnownSecret, toKnown, type VerifiedKey } from './known-secret.ts'
import { addressAllowed } from './policy.ts'

type Find = () => Promise<SecretRow | undefined>

/**
 * Decides about presented secrets: shape and checksum first (junk causes no query), then the cache, which follows the
 * epoch, then the database. Three outcomes and never a fourth: a verified key, a refusal, or `store_unavailable`.
 */
export class KeyVerifier {
  readonly #deps: Deps
  readonly #digester: Digester
  readonly #prefixes: readonly string[]
  readonly #cache: KeyCache
  readonly #filling = new Map<
    string,
    { readonly epoch: number; readonly answer: Promise<KnownSecret | null> }
  >()
  /** Under which text's digest what was verified stands in the cache. */
  readonly #ids = new WeakMap<VerifiedKey, string>()
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
    if (text.length > SECRET_LENGTH_MOST) throw new AppError('invalid_api_key')
    // In memory a plain digest will do, at an eighth of the keyed one's price; only the keyed one is ever stored.
    const id = hash('sha256', text)
    if (!this.#cache.has(id) && !this.#mayBeOurs(text)) throw new AppError('invalid_api_key')
    const behind = this.#followEpoch()
    if (behind) await inTime(behind)
    const cached = this.#cache.get(id)
    const known = cached === undefined ? await inTime(this.#fillByText(id, text)) : cached
    if (known === null) throw new AppError('invalid_api_key')
    refuse(known, this.#deps)
    if (!addressAllowed(address, known.key.allowedCidrs)) throw new AppError('address_not_allowed')
    return known
  }

  /**
   * A key that was verified, as it stands at the newest epoch; without a query where nothing of it has changed.
   *
   * @throws AppError as `verify`, when it would not be let in any more
   */
  async confirm(verified: VerifiedKey): Promise<VerifiedKey> {
    const behind = this.#followEpoch()
    if (behind) await inTime(behind)
    const id = this.#ids.get(verified) ?? verified.secretId
    const cached = this.#cache.get(id)
    const find = () => findSecretRowById(this.#deps.db, verified.secretId)
    const known = cached === undefined ? await inTime(this.#fill(id, find)) : cached
    if (known === null) throw new AppError('invalid_api_key')
    refuse(known, this.#deps)
    return known
  }

  #mayBeOurs(text: string): boolean {
    return isSecret(text) && this.#prefixes.some((prefix) => text.startsWith(prefix))
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
      const changes = seen === 0 ? [] : await changesAfter(this.#deps.db, seen)
      const newest = changes.at(-1)?.epoch ?? epoch
      // The log has one row for every epoch. Where one is missing it was pruned, and nobody knows what it said.
      if (newest - seen !== changes.length) this.#cache.clear(Math.max(newest, epoch))
      else this.#cache.evict(changes, newest)
    } catch (cause) {
      throw new AppError('store_unavailable', { cause })
    }
  }

  #fillByText(id: string, text: string): Promise<KnownSecret | null> {
    return this.#fill(id, () => findSecretRow(this.#deps.db, this.#digester.all(text)))
  }

  /** One query for all who ask at once, but never the answer to a question that was put before the newest change. */
  #fill(id: string, find: Find): Promise<KnownSecret | null> {
    const underWay = this.#filling.get(id)
    if (underWay && underWay.epoch === this.#cache.epoch) return underWay.answer
    const filling = { epoch: this.#cache.epoch, answer: this.#read(id, find) }
    this.#filling.set(id, filling)
    const forget = (): void => {
      if (this.#filling.get(id) === filling) this.#filling.delete(id)
    }
    filling.answer.then(forget, forget)
    return filling.answer
  }

  async #read(id: string, find: Find): Promise<KnownSecret | null> {
    try {
      const startedAt = this.#cache.epoch
      const row = await find()
      if (!row) {
        this.#cache.set(id, null, startedAt)
        return null
      }
      const projectIds = await projectIdsFor(this.#deps, row.organization_id, row.user_id)
      const plans = { organization: row.organization_plan, user: row.user_plan }
      const limits = await readLimits(this.#deps, toKey(row), plans, projectIds)
      const known = toKnown(row, projectIds, limits)
      limits.changed = this.#cache.changedAt(known)
      this.#ids.set(known, id)
      // A row read before the newest epoch may be stale already: it answers this request and is not kept.
      this.#cache.set(id, known, Number(row.epoch))
      return known
    } catch (cause) {
      throw new AppError('store_unavailable', { cause })
    }
  }
}

function refuse(known: KnownSecret, deps: Deps): void {
  const { key } = known
  if (key.environment !== deps.config.environment) throw new AppError('wrong_environment')
  if (key.state === 'revoked') throw new AppError('key_revoked')
  if (key.state === 'disabled') throw new AppError('key_disabled')
  const now = deps.now()
  if (key.expiresAt !== null && key.expiresAt <= now) throw new AppError('key_expired')
  if (known.secretExpiresAt !== null && known.secretExpiresAt <= now) throw new AppError('key_expired')
  if (known.userSuspended) throw new AppError('user_suspended')
  if (known.organizationSuspended) throw new AppError('organization_suspended')
  if (known.ownerRole === null) throw new AppError('owner_removed')
}
