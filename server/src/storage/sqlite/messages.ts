import type { QueryOutcome } from './connection.ts'

/** What the main thread asks of the writer or reader thread. `tx` is 0 outside a transaction. */
export type Request =
  | {
      readonly id: number
      readonly tx: number
      readonly op: 'run'
      readonly sql: string
      readonly params: readonly unknown[]
    }
  | { readonly id: number; readonly tx: number; readonly op: 'begin' | 'commit' | 'rollback' }
  | {
      readonly id: number
      readonly tx: 0
      readonly op: 'batch'
      readonly name: string
      readonly payload: unknown
    }
  | { readonly id: number; readonly tx: 0; readonly op: 'backup'; readonly path: string }
  | { readonly id: number; readonly tx: 0; readonly op: 'close' }

export type Reply =
  | { readonly id: number; readonly ok: QueryOutcome | { readonly result: unknown } }
  | { readonly id: number; readonly error: { readonly message: string; readonly code: string } }

export interface ThreadOptions {
  readonly path: string
  readonly readonly: boolean
}
