import { ApiError } from '../api.ts'

/**
 * The server's error at the rows of a form as a whole: `routes.2.provider` → `routes`, and `amount` → `quotas`.
 *
 * @param rows the form's lists
 * @param alone names that stand in a row, and that the server gives without the list's
 */
export function atItsRows(error: unknown, rows: readonly string[], alone: Record<string, string> = {}) {
  if (!(error instanceof ApiError) || error.param === undefined) return error
  const segments = error.param.split(/[./[\]]/).filter(Boolean)
  const [first = ''] = segments
  // The nearest that the form has: of `generation.aspectRatios.0` the list.
  const near = segments.map((_, cut) => alone[segments.slice(0, segments.length - cut).join('.')])
  const param = near.find(Boolean) ?? (rows.includes(first) ? first : error.param)
  return new ApiError(error.message, { ...error, param })
}
