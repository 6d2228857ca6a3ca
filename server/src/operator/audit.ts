import { once } from 'node:events'
import { type AuditHead, readHead, writeHead } from '../audit/chain.ts'
import { auditHead, exportAudit } from '../audit/export-audit.ts'
import { type AuditReport, verifyAudit } from '../audit/verify-audit.ts'
import { type Flags, print, text, UsageError, withDeps } from './open.ts'

const USAGE = 'claviger audit verify [--head <seq>:<hash>] | head | export [--after <seq>]'

/** `claviger audit verify | head | export`, whether or not the server runs. */
export async function auditCommand(verb: string | undefined, flags: Flags): Promise<void> {
  switch (verb) {
    case 'verify':
      return verify(flags)
    case 'head': {
      const head = await withDeps(flags, auditHead)
      return print(flags, head, () => writeHead(head))
    }
    case 'export':
      return exportRows(flags)
    default:
      throw new UsageError(USAGE)
  }
}

/** Exit code 1 where something is not as it must be. */
async function verify(flags: Flags): Promise<void> {
  const heads = headsOf(text(flags, 'head'))
  const report = await withDeps(flags, (deps) => verifyAudit(deps, heads))
  print(flags, { ...report, head: writeHead(report.head) }, () => reportLine(report, heads))
  if (report.fault) process.exitCode = 1
}

/** Several are divided by commas. */
function headsOf(given: string | undefined): AuditHead[] {
  return (given?.split(',') ?? []).map((part) => {
    const head = readHead(part.trim())
    if (!head) throw new UsageError('--head takes what `claviger audit head` printed: <seq>:<hash>')
    return head
  })
}

function reportLine({ rows, head, fault }: AuditReport, heads: readonly AuditHead[]): string {
  if (fault)
    return `The audit log is broken at row ${fault.seq}. ${fault.message}; ${rows} rows before it are good`
  const proof =
    heads.length === 0
      ? 'give an exported head (--head) to prove that nothing was cut off its end'
      : 'it holds every head that was given'
  return `The audit log is whole: ${rows} rows, head ${writeHead(head)}; ${proof}`
}

/** One JSON object per line, as the rows are stored: whoever has the audit key can check them elsewhere. */
async function exportRows(flags: Flags): Promise<void> {
  const after = text(flags, 'after') ?? '0'
  if (!/^\d{1,15}$/.test(after))
    throw new UsageError('--after takes the number of the last row that you have')
  await withDeps(flags, async (deps) => {
    for await (const row of exportAudit(deps, Number(after))) {
      if (!process.stdout.write(`${JSON.stringify(row)}\n`)) await once(process.stdout, 'drain')
    }
  })
}
