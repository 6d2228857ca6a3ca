import { createHmac } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { AuditTable } from '../storage/tables.ts'

/** A place in the chain: the hash stands for the row and all before it. */
export interface AuditHead {
  readonly seq: number
  readonly hash: string
}

type Row = Omit<Selectable<AuditTable>, 'hash'>

/** The columns under the hash, in their order; it is part of what a hash says and never changes. */
const COLUMNS = [
  'seq',
  'at',
  'actor_kind',
  'actor_id',
  'way',
  'action',
  'target_kind',
  'target_id',
  'organization_id',
  'before',
  'after',
  'request_id',
  'address',
  'previous_hash',
] as const satisfies readonly (keyof Row)[]

/** HMAC-SHA-256 over a row and the hash of the row before it, in hexadecimal. */
export function hashOfRow(auditKey: Buffer, row: Row): string {
  const values = COLUMNS.map((column) => row[column])
  return createHmac('sha256', auditKey).update(JSON.stringify(values)).digest('hex')
}

export function writeHead({ seq, hash }: AuditHead): string {
  return `${seq}:${hash}`
}

/** Undefined when the text is no head. */
export function readHead(text: string): AuditHead | undefined {
  const match = /^(\d{1,15}):([0-9a-f]{64}|)$/.exec(text)
  if (!match) return undefined
  const head = { seq: Number(match[1]), hash: match[2] as string }
  return (head.seq === 0) === (head.hash === '') ? head : undefined
}
