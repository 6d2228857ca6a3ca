import { AppError } from '../errors.ts'
import { headerValues } from './headers.ts'

const SAFE: readonly string[] = ['GET', 'HEAD']

/**
 * Refuses a request that another site may have caused: a browser sends our cookies along wherever the page comes from.
 * Fetch Metadata has to say `same-origin`, and `Origin` has to be ours, letter by letter; a request with neither comes
 * from no browser of today, and nobody else has our cookies.
 *
 * @throws AppError `cross_origin`
 */
export function refuseForeign(
  method: string,
  rawHeaders: readonly string[],
  origins: readonly string[],
): void {
  if (SAFE.includes(method)) return
  const sites = headerValues(rawHeaders, 'sec-fetch-site')
  const given = headerValues(rawHeaders, 'origin')
  if (sites.length > 1 || given.length > 1) throw new AppError('cross_origin')
  const [site] = sites
  const [origin] = given
  if (site === undefined && origin === undefined) throw new AppError('cross_origin')
  if (site !== undefined && site !== 'same-origin') throw new AppError('cross_origin')
  if (origin !== undefined && !origins.includes(origin)) throw new AppError('cross_origin')
}

/** Where a link may lead: a path of this site that no browser reads in another way. */
const PATH = /^\/(?![/\\])[\w\-./~%!$&'()*+,;=:@?#[\]]*$/
const HIDDEN = /%(2f|5c|0[0-9a-f]|1[0-9a-f]|7f)/i

/**
 * Whether a browser may be sent to `target` after signing in: a path of this site, or this site's own origin with one.
 */
export function isOwnTarget(target: string, origins: readonly string[]): boolean {
  const origin = origins.find((own) => target === own || target.startsWith(`${own}/`))
  const path = origin === undefined ? target : target.slice(origin.length) || '/'
  const [before = ''] = path.split(/[?#]/, 1)
  // Whoever resolves `/..//host` to add to it is left with `//host`, which is another site.
  return PATH.test(path) && !HIDDEN.test(before) && !before.includes('//')
}
