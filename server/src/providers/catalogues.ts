import { EntryError, readModelEntry, readProviderEntry } from '../config/entries.ts'
import { type Deps, inTime } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { OutboundClient } from '../outbound/client.ts'
import { buildCatalogue, type Entries, type Snapshot } from './catalogue.ts'
import { catalogueChangesAfter, readEntries, type StoredEntries } from './providers.store.ts'
import { unseal } from './sealing.ts'

/** What one request sees of the catalogue, from its choice to its end. */
export interface CatalogueUse {
  readonly catalogue: Snapshot
  users: number
}

/**
 * The newest catalogue. It follows the epoch as keys do: a change that was committed on this node is seen by its next
 * request, one of another node as soon as the epoch is. Providers that are gone are closed when their last request has
 * ended.
 */
export class Catalogues {
  readonly #deps: Deps
  #newest: CatalogueUse
  #epoch: number
  readonly #former = new Set<CatalogueUse>()
  #catchingUp: Promise<void> | undefined

  readonly #outbound: OutboundClient | undefined

  constructor(deps: Deps, catalogue: Snapshot, epoch: number, outbound?: OutboundClient) {
    this.#deps = deps
    this.#outbound = outbound
    this.#newest = { catalogue, users: 0 }
    this.#epoch = epoch
  }

  /**
   * Takes the newest catalogue for a request, which gives it back by `leave`. A promise only when something changed.
   *
   * @throws AppError `store_unavailable` when the database cannot say whether something did
   */
  enter(): CatalogueUse | Promise<CatalogueUse> {
    const behind = this.#behind()
    return behind ? inTime(behind).then(() => this.#take()) : this.#take()
  }

  leave(use: CatalogueUse): void {
    use.users--
    if (use.users === 0 && use !== this.#newest) this.#retire(use)
  }

  /** The newest catalogue, for a look. @throws AppError `store_unavailable` */
  async newest(): Promise<Snapshot> {
    const behind = this.#behind()
    if (behind) await inTime(behind)
    return this.#newest.catalogue
  }

  async close(): Promise<void> {
    const uses = [this.#newest, ...this.#former]
    await Promise.all(uses.map(({ catalogue }) => catalogue.close()))
  }

  #take(): CatalogueUse {
    this.#newest.users++
    return this.#newest
  }

  #behind(): Promise<void> | undefined {
    if (this.#deps.store.epoch.current() <= this.#epoch) return undefined
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined
    })
    // The pass under way may have begun before this epoch, so look again after it.
    return this.#catchingUp.then(() => this.#behind())
  }

  async #catchUp(): Promise<void> {
    try {
      const { newest, count, ours } = await catalogueChangesAfter(this.#deps.db, this.#epoch)
      // The log has one row for every epoch. Where one is missing it was pruned, and nobody knows what it said.
      const known = newest - this.#epoch === count && count > 0
      if (known && ours === 0) this.#epoch = newest
      else await this.#load()
    } catch (cause) {
      throw new AppError('store_unavailable', { cause })
    }
  }

  async #load(): Promise<void> {
    const { entries, epoch } = await loadEntries(this.#deps)
    const before = this.#newest
    const catalogue = buildCatalogue(this.#deps.config, entries, before.catalogue, this.#outbound)
    this.#newest = { catalogue, users: 0 }
    this.#epoch = epoch
    this.#former.add(before)
    if (before.users === 0) this.#retire(before)
  }

  #retire(use: CatalogueUse): void {
    this.#former.delete(use)
    const live = new Set(
      [this.#newest, ...this.#former].flatMap(({ catalogue }) =>
        catalogue.providers.map(({ provider }) => provider),
      ),
    )
    for (const { provider } of use.catalogue.providers) {
      if (!provider || live.has(provider)) continue
      provider.close().catch((error: Error) => {
        this.#deps.log.warn(
          { provider: provider.id, error: error.message },
          'a provider was not closed cleanly',
        )
      })
    }
  }
}

/**
 * The catalogue of the configuration and the database.
 *
 * @param outbound fetches the pictures that clients name; without it OpenAI-compatible servers make no files
 */
export async function openCatalogues(deps: Deps, outbound?: OutboundClient): Promise<Catalogues> {
  const { entries, epoch } = await loadEntries(deps)
  return new Catalogues(deps, buildCatalogue(deps.config, entries, undefined, outbound), epoch, outbound)
}

async function loadEntries(deps: Deps): Promise<{ entries: Entries; epoch: number }> {
  const stored = await readEntries(deps.db)
  return { entries: toEntries(deps, stored), epoch: stored.epoch }
}

/** A row that this version cannot serve is left out and told, since one of them must not stop all the others. */
function toEntries(deps: Deps, { providers, credentials, models }: StoredEntries): Entries {
  const read = <T>(what: string, id: string, work: () => T): T[] => {
    try {
      return [work()]
    } catch (error) {
      if (!(error instanceof EntryError || error instanceof SyntaxError)) throw error
      const fault = error instanceof EntryError ? error.message : 'it is no JSON'
      deps.log.error({ [what]: id, fault }, `a ${what} of the database is not served`)
      return []
    }
  }
  const of = (providerId: string) =>
    credentials
      .filter(({ provider_id }) => provider_id === providerId)
      .map(({ id, name, sealed, created_at }) => {
        const text = unseal(deps.secrets, sealed, { providerId, credentialId: id })
        if (text === undefined)
          deps.log.error({ provider: providerId, credential: id }, 'a credential cannot be decrypted')
        return { id, name, createdAt: created_at, text }
      })
  return {
    providers: providers.flatMap(({ id, definition, created_at, updated_at }) =>
      read('provider', id, () => ({
        source: 'database' as const,
        createdAt: created_at,
        updatedAt: updated_at,
        config: readProviderEntry({ ...JSON.parse(definition), id }),
        credentials: of(id),
      })),
    ),
    models: models.flatMap(({ id, definition, created_at, updated_at }) =>
      read('model', id, () => ({
        source: 'database' as const,
        createdAt: created_at,
        updatedAt: updated_at,
        // Where it is routed to is looked at by the catalogue, which serves it by the routes that there are.
        config: readModelEntry({ ...JSON.parse(definition), id }),
      })),
    ),
  }
}
