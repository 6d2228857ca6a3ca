import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { orderedId } from '../lib/ids.ts'
import type { Media } from '../lib/media.ts'
import type { OutboundClient } from '../outbound/client.ts'
import { type GeneratedFile, GenerationFailure, type TaskType } from '../providers/generation.ts'
import { fetchFile } from './fetch-file.ts'
import { inspect } from './inspect.ts'
import { checkLink, type FileLink, linkPath } from './links.ts'
import { localStorage } from './local-storage.ts'
import { findOutputRow, insertOutputRows } from './outputs.store.ts'
import { removeExpired, removeLost } from './prune.ts'
import { s3Storage } from './s3-storage.ts'
import type { ByteRange, Storage } from './storage.ts'

export { OutputRefused } from './refused.ts'

const DAY_MS = 86_400_000
const UNREADABLE = 'The file cannot be read at present; retry later'

/** A file that was kept, before its task's end is written down. */
export interface KeptOutput {
  readonly id: string
  readonly position: number
  readonly contentType: string
  /** Bytes. */
  readonly size: number
  readonly width: number | null
  readonly height: number | null
  readonly durationMs: number | null
  readonly place: string
}

/** A file that is asked for by its link. */
export interface OpenedFile {
  readonly id: string
  readonly contentType: string
  /** Bytes of all of it. */
  readonly size: number
  /** Reads a part of it. @throws AppError `not_found` when the storage has lost it, `store_unavailable` */
  read(range: ByteRange): Promise<Readable>
}

/** Where files are put, by the setting `outputs`. */
export interface Outputs {
  /** Tells under which address links lead here; called once it is listened on. */
  begin(baseUrl: string): void
  /**
   * Fetches a file where it lies elsewhere, checks its type, size and dimensions, and puts it into the storage. Its row
   * is written by `recordOutputs`, in the transaction that ends the task.
   *
   * @param task its `type` is one of `TaskType`
   * @throws OutputRefused when it is too large, or not of the kind that was asked for; GenerationFailure when it did not
   *   come or the storage fails
   */
  keep(
    task: { readonly id: string; readonly type: string },
    position: number,
    file: GeneratedFile,
    signal: AbortSignal,
  ): Promise<KeptOutput>
  /** Removes what was kept for a task whose end was another's. Never rejects. */
  discard(kept: readonly KeptOutput[]): Promise<void>
  /** The address of a kept file: signed, and good for a while. */
  linkTo(id: string): string
  /** @throws AppError `file_link_invalid`, `file_link_expired`, `not_found` */
  open(link: FileLink): Promise<OpenedFile>
  /** Removes what is past its time, and what no task ever recorded. */
  prune(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** The storages by their names in `place`; a file stays where it was put when the setting changes. */
export type Storages = ReadonlyMap<string, Storage>

/** @param outbound fetches what providers put elsewhere */
export function openOutputs(deps: Deps, outbound: OutboundClient): Outputs {
  const { config, log, secrets } = deps
  const { outputs } = config
  const storages = openStorages(deps)
  if (config.databaseUrl && outputs.storage === 'local' && outputs.directory === undefined)
    log.warn('files that tasks make are kept on this node alone; set outputs.directory or outputs.storage')
  const limits = { maxBytes: outputs.maxBytes, timeoutMs: outputs.fetchTimeoutMs }
  let base = config.publicUrl ?? ''
  return {
    begin(baseUrl) {
      base = baseUrl.replace(/\/$/, '')
    },
    async keep({ id, type }, position, file, signal) {
      const { bytes, contentType } = 'url' in file ? await fetchFile(outbound, file, limits, signal) : file
      const media = inspect(config, bytes, contentType, type as TaskType)
      const durationMs = file.durationMs ?? media.durationMs
      return put(deps, storages, id, bytes, { ...media, position, durationMs })
    },
    async discard(kept) {
      for (const { id, place } of kept) {
        const [storage, name] = whereIs(storages, place)
        await storage.remove(name).catch((error: Error) => {
          log.warn({ output: id, error: error.message }, 'a file that nobody needs was not removed')
        })
      }
    },
    linkTo: (id) => base + linkPath(secrets, id, outputs.linkHours, deps.now()),
    open: (link) => openFile(deps, storages, link),
    async prune(signal) {
      await removeExpired(deps, (place) => whereIs(storages, place), signal)
      for (const [name, storage] of storages) await removeLost(deps, name, storage, signal)
    },
    close: async () => {},
  }
}

/** @throws GenerationFailure when the storage fails */
async function put(
  deps: Deps,
  storages: Storages,
  taskId: string,
  bytes: Buffer,
  media: Omit<Media, 'durationMs'> & { readonly position: number; readonly durationMs: number | undefined },
): Promise<KeptOutput> {
  const { storage } = deps.config.outputs
  const { contentType, position, width, height, durationMs } = media
  const id = orderedId('out_', deps.now())
  const name = `${dayOf(deps.now())}/${id}`
  try {
    await storageOf(storages, storage).put(name, bytes, contentType)
  } catch (error) {
    deps.log.error({ task: taskId, error: (error as Error).message }, 'a file could not be kept')
    // The words of the storage are the operator's, and another try may find it well.
    throw new GenerationFailure('What the provider made could not be kept', true)
  }
  return {
    ...{ id, position, contentType, size: bytes.length },
    ...{ width: width ?? null, height: height ?? null, durationMs: durationMs ?? null },
    place: `${storage}:${name}`,
  }
}

async function openFile(deps: Deps, storages: Storages, link: FileLink): Promise<OpenedFile> {
  checkLink(deps.secrets, link, deps.now())
  const row = await findOutputRow(deps.db, link.id)
  if (!row || (row.expires_at !== null && row.expires_at <= deps.now())) throw gone()
  const [storage, name] = whereIs(storages, row.place)
  return {
    id: row.id,
    contentType: row.content_type,
    size: row.size,
    async read(range) {
      const stream = await storage.open(name, range).catch((cause: unknown) => {
        throw new AppError('store_unavailable', { message: UNREADABLE, cause })
      })
      if (stream) return stream
      deps.log.error({ output: row.id, place: row.place }, 'a file is not where it was put')
      throw gone()
    },
  }
}

/** Writes the rows of what a task made; in the transaction that ends it. */
export async function recordOutputs(
  deps: Deps,
  task: { readonly id: string; readonly organizationId: string },
  kept: readonly KeptOutput[],
): Promise<void> {
  const { retentionDays } = deps.config.outputs
  const now = deps.now()
  await insertOutputRows(
    deps.db,
    kept.map(({ id, position, contentType, size, width, height, durationMs, place }) => ({
      id,
      task_id: task.id,
      organization_id: task.organizationId,
      position,
      content_type: contentType,
      size,
      width,
      height,
      duration_ms: durationMs,
      place,
      created_at: now,
      expires_at: retentionDays === undefined ? null : now + retentionDays * DAY_MS,
    })),
  )
}

function openStorages({ config }: Deps): Storages {
  const { directory, s3 } = config.outputs
  const storages = new Map<string, Storage>([
    ['local', localStorage(directory ?? join(config.dataDir, 'outputs'))],
  ])
  if (s3.bucket !== undefined) storages.set('s3', s3Storage(s3))
  return storages
}

function storageOf(storages: Storages, kind: string): Storage {
  const storage = storages.get(kind)
  if (!storage) throw new Error(`The storage ${kind} of outputs is not configured`)
  return storage
}

/** The storage and the name of a `place`. */
function whereIs(storages: Storages, place: string): [Storage, string] {
  const at = place.indexOf(':')
  return [storageOf(storages, place.slice(0, at)), place.slice(at + 1)]
}

/** The UTC day. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function gone(): AppError {
  return new AppError('not_found', { message: 'There is no such file, or not any more' })
}
