import type { Deps } from '../deps.ts'
import type { GeneratedFile } from '../providers/generation.ts'

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

/** Where files are put, by the setting `outputs`. */
export interface Outputs {
  /**
   * Fetches a file where it lies elsewhere, checks its type, size and dimensions, and puts it into the storage. Its row
   * is written by `recordOutputs`, in the transaction that ends the task.
   *
   * @throws OutputRefused when it is too large, or not what it says that it is
   */
  keep(taskId: string, position: number, file: GeneratedFile, signal: AbortSignal): Promise<KeptOutput>
  /** Removes what was kept for a task whose end was another's. Never rejects. */
  discard(kept: readonly KeptOutput[]): Promise<void>
  /** The address of a kept file: signed, and good for a while. */
  linkTo(id: string): string
  close(): Promise<void>
}

/** What a provider made cannot be kept. */
export class OutputRefused extends Error {}

export function openOutputs(_deps: Deps): Outputs {
  throw new Error('not built yet')
}

/** Writes the rows of what a task made; in the transaction that ends it. */
export async function recordOutputs(
  _deps: Deps,
  _task: { readonly id: string; readonly organizationId: string },
  _kept: readonly KeptOutput[],
): Promise<void> {}
