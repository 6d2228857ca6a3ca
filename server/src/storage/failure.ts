/** PostgreSQL's classes for connections, resources, shutdown and I/O (appendix A), and what sockets and SQLite say. */
const UNAVAILABLE =
  /^(08|53|57P|58|55P03|25P03|57014|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|SQLITE_(BUSY|FULL|IOERR|CANTOPEN|LOCKED|READONLY))/

const TEXTS = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
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
