import { LruMap } from '../lib/lru.ts'
import type { KnownSecret } from './known-secret.ts'

interface Change {
  readonly kind: string
  readonly id: string
}

/** Well-formed secrets that do not exist are remembered too, but a flood of them must not cost memory. */
const UNKNOWN_KEPT = 10_000
/** Of more changes than this it is only known that they were. */
const CHANGES_KEPT = 100_000

/**
 * Secrets by digest, as they stood at `epoch`. Entries are also indexed by what they hang on, so that a change evicts
 * the entries it concerns and no others.
 */
export class KeyCache {
  readonly #entries: LruMap<string, KnownSecret>
  readonly #unknown = new LruMap<string, true>(UNKNOWN_KEPT)
  readonly #dependents = new Map<string, Set<string>>()
  /** At which epoch what entries hang on last changed; what is not there did at `#floor` or before. */
  readonly #changes = new Map<string, number>()
  #floor = 0
  #epoch = 0

  constructor(capacity: number) {
    this.#entries = new LruMap(capacity)
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Whether something is known of the digest, without counting as a use. */
  has(digest: string): boolean {
    return this.#entries.has(digest) || this.#unknown.has(digest)
  }

  /** `null`: the database has no such secret. Undefined: not known here. */
  get(digest: string): KnownSecret | null | undefined {
    return this.#entries.get(digest) ?? (this.#unknown.get(digest) ? null : undefined)
  }

  /** Keeps what was read at `epoch`, unless the cache has seen a newer one. */
  set(digest: string, known: KnownSecret | null, epoch: number): void {
    if (epoch < this.#epoch) return
    this.#drop(digest)
    if (known === null) {
      this.#unknown.set(digest, true)
      return
    }
    for (const name of dependsOn(known)) {
      const digests = this.#dependents.get(name)
      if (digests) digests.add(digest)
      else this.#dependents.set(name, new Set([digest]))
    }
    const oldest = this.#entries.set(digest, known)
    if (oldest) this.#unlink(...oldest)
  }

  evict(changes: readonly Change[], epoch: number): void {
    // Any change may have made an unknown secret known.
    this.#unknown.clear()
    if (this.#changes.size + changes.length > CHANGES_KEPT) this.#forgetChanges(epoch)
    for (const { kind, id } of changes) {
      const name = `${kind}:${id}`
      this.#changes.set(name, epoch)
      for (const digest of this.#dependents.get(name) ?? []) this.#drop(digest)
    }
    this.#epoch = epoch
  }

  clear(epoch: number): void {
    this.#entries.clear()
    this.#unknown.clear()
    this.#dependents.clear()
    this.#forgetChanges(epoch)
    this.#epoch = epoch
  }

  /** The epoch at which what this hangs on last changed, or a later one where that is not known. */
  changedAt(known: KnownSecret): number {
    return Math.max(...dependsOn(known).map((name) => this.#changes.get(name) ?? this.#floor))
  }

  /** How many links the index holds: as many as the entries hang on things, and no more. */
  get links(): number {
    let sum = 0
    for (const digests of this.#dependents.values()) sum += digests.size
    return sum
  }

  #forgetChanges(epoch: number): void {
    this.#changes.clear()
    this.#floor = epoch
  }

  #drop(digest: string): void {
    this.#unknown.delete(digest)
    const known = this.#entries.get(digest)
    if (!known) return
    this.#entries.delete(digest)
    this.#unlink(digest, known)
  }

  /** Forgets the index of an entry that has left, so that the index cannot grow past the entries. */
  #unlink(digest: string, known: KnownSecret): void {
    for (const name of dependsOn(known)) {
      const digests = this.#dependents.get(name)
      digests?.delete(digest)
      if (digests?.size === 0) this.#dependents.delete(name)
    }
  }
}

function dependsOn({ key, projectIds, limits }: KnownSecret): string[] {
  return [
    `key:${key.id}`,
    `user:${key.userId}`,
    `organization:${key.organizationId}`,
    ...projectIds.map((id) => `project:${id}`),
    ...limits.planIds.map((id) => `plan:${id}`),
  ]
}
