import { timingSafeEqual } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { type AuditHead, hashOfRow } from './chain.ts'
import { findAuditHead, findChain } from './read-audit.store.ts'

const ROWS_AT_ONCE = 2000

/** Where the chain is broken first. What stands behind it can no longer be told from what was put there. */
export interface AuditFault {
  /** The row at fault. */
  readonly seq: number
  readonly fault: 'missing' | 'changed' | 'unchained' | 'added' | 'head' | 'exported head'
  readonly message: string
}

export interface AuditReport {
  readonly rows: number
  /** Of the last good row. */
  readonly head: AuditHead
  readonly fault: AuditFault | null
}

/**
 * Checks the audit log as it stands at one moment, while writers go on: every row is there, in its place, unchanged and
 * signed with the audit key, and the last one is the head. Heads that were exported before prove beyond that that nothing
 * was cut off behind them and that the log is still the one from which they came.
 *
 * @throws Error when the database cannot be asked
 */
export async function verifyAudit(deps: Deps, exported: readonly AuditHead[] = []): Promise<AuditReport> {
  return deps.store.snapshot(async (db) => {
    const due = new Map(exported.map(({ seq, hash }) => [seq, hash]))
    let head: AuditHead = { seq: 0, hash: '' }
    const broken = (fault: AuditFault): AuditReport => ({ rows: head.seq, head, fault })
    for (;;) {
      const rows = await findChain(db, head.seq, ROWS_AT_ONCE)
      for (const row of rows) {
        const fault = faultOf(deps.secrets.auditKey, head, row, due.get(row.seq))
        if (fault) return broken(fault)
        head = { seq: row.seq, hash: row.hash }
      }
      if (rows.length < ROWS_AT_ONCE) break
    }
    return endOf(head, await findAuditHead(db), exported)
  })
}

type ChainRow = Awaited<ReturnType<typeof findChain>>[number]

function faultOf(key: Buffer, before: AuditHead, row: ChainRow, exported?: string): AuditFault | undefined {
  const { seq } = row
  if (seq !== before.seq + 1) {
    const missing = before.seq + 1
    const upTo = seq - 1 === missing ? '' : ` to ${seq - 1}`
    return { seq: missing, fault: 'missing', message: `Row ${missing}${upTo} is missing` }
  }
  const { hash, ...content } = row
  if (!isSame(hash, hashOfRow(key, content))) {
    return { seq, fault: 'changed', message: `Row ${seq} was changed, or signed with another audit key` }
  }
  if (row.previous_hash !== before.hash) {
    return {
      seq,
      fault: 'unchained',
      message: `Row ${seq} does not follow row ${before.seq}: rows were exchanged`,
    }
  }
  if (exported !== undefined && exported !== hash) {
    return { seq, fault: 'exported head', message: `Row ${seq} is not the one whose head was exported` }
  }
  return undefined
}

function endOf(last: AuditHead, stored: AuditHead, exported: readonly AuditHead[]): AuditReport {
  const report = (fault: AuditFault | null) => ({ rows: last.seq, head: last, fault })
  const beyond = exported.find(({ seq }) => seq > last.seq)
  if (beyond) {
    const message = `The log ends with row ${last.seq}, and a head of row ${beyond.seq} was exported: rows were cut off`
    return report({ seq: last.seq + 1, fault: 'missing', message })
  }
  if (stored.seq > last.seq) {
    const message = `The log ends with row ${last.seq}, and its head is row ${stored.seq}: rows were cut off`
    return report({ seq: last.seq + 1, fault: 'missing', message })
  }
  if (stored.seq < last.seq) {
    const message = `The head is row ${stored.seq}, and the log goes on to row ${last.seq}`
    return report({ seq: stored.seq + 1, fault: 'added', message })
  }
  if (stored.hash !== last.hash) {
    return report({ seq: last.seq, fault: 'head', message: `The head is not the hash of row ${last.seq}` })
  }
  return report(null)
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
