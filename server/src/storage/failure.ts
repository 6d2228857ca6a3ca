/**
 * PostgreSQL's classes (appendix A) for connections, log-in, a missing database, read-only (a standby after a
 * fail-over), roll-backs for concurrency, resources, locks, shutdown and I/O; and what sockets and SQLite say.
 */
const UNAVAILABLE =
  /^(08|28|3D|25006|25P03|40|53|55P03|57014|57P|58|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|SQLITE_(BUSY|FULL|IOERR|CANTOPEN|LOCKED|READONLY|NOMEM|PROTOCOL|CORRUPT|NOTADB))/

const TEXTS = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'is not queryable',
  'connection has been discarded',
  'driver has already been destroyed',
  'Cannot use a pool after calling end on the pool',
  'The database thread has stopped',
  'took too long',
]

/** Whether an error says that the database could not be asked, as opposed to a question that was wrong. */
export function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && UNAVAILABLE.test(code)) return true
  return TEXTS.some((text) => error.message.includes(text))
}
