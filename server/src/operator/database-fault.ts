import { isStoreFailure } from '../storage/failure.ts'

/** PostgreSQL's class for a right that the user of DATABASE_URL lacks. */
const INSUFFICIENT_PRIVILEGE = '42501'

/** What an operator can do about a database that could not be asked, in one line; undefined for any other error. */
export function databaseFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  // A database of a newer version: its text says what to do.
  if (error.message.endsWith('run a newer Claviger')) return error.message
  const { code = '' } = error as { code?: string }
  const reason = reasonOf(error)
  if (code === INSUFFICIENT_PRIVILEGE) {
    return `The database refused (${reason}): give the user of DATABASE_URL the right to create tables in its schema`
  }
  if (!isStoreFailure(error)) return undefined
  if (code.startsWith('SQLITE_')) {
    return `The database file cannot be used (${reason}): check that DATA_DIR is readable and writable for this user, and that its disk has room`
  }
  return `The database cannot be reached (${reason}): check that PostgreSQL runs and that DATABASE_URL names its host, port, database, user and password`
}

/** A host with several addresses fails with one error for each of them, and with no text of its own. */
function reasonOf(error: Error): string {
  const reasons = error instanceof AggregateError ? (error.errors as Error[]) : [error]
  return [...new Set(reasons.map(({ message }) => message))].join('; ')
}
