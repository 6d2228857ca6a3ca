import { ApiError } from '../api.ts'

/** Creating must not replace what has the id already, as the API's PUT would. @throws ApiError */
export function refuseTaken(id: string, taken: readonly string[], what: string): void {
  if (!taken.includes(id)) return
  const message = `There is ${what} ${id} already; take another id, or edit that one`
  throw new ApiError(message, { status: 409, code: 'taken', param: 'id' })
}
