import { isIP } from 'node:net'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors.ts'
import { isAllowed } from './addresses.ts'

export type OutboundConfig = Pick<Config, 'outbound' | 'publicUrl'>

const LONGEST = 2048
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
/** A host name of two labels at least (RFC 1035 section 2.3.4), as the URL parser writes it. */
const NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})+$`)
const SINGLE = new RegExp(`^${LABEL}$`)
/** RFC 6761, RFC 6762, RFC 9476 and what clouds call their own machines: names that no public server can have. */
const PRIVATE_SUFFIX =
  /\.(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|arpa|onion|test|invalid|alt)$/

/**
 * Checks an address that a user names, by what can be seen of it: the host's addresses are checked when it is connected
 * to. It is read by the parser that the client uses, since `127.1`, `0x7f.1` and `①②⑦.⓪.⓪.①` are all 127.0.0.1.
 *
 * @throws AppError `validation_failed`
 */
export function checkUrl(config: OutboundConfig, text: string, param = 'url'): URL {
  const url = readUrl(config, text)
  if (typeof url !== 'string') return url
  throw new AppError('validation_failed', { message: `${param} ${url}`, param })
}

/** The URL, or what is wrong with it, to be put behind its name. */
export function readUrl(config: OutboundConfig, text: string): URL | string {
  if (text.length > LONGEST) return `must have ${LONGEST} characters at most`
  // The parser strips or turns these without a word, and then the text does not say where it leads.
  if (/[\u0000-\u0020\u007f-\u00a0\\]/.test(text))
    return 'must not contain spaces, control characters or backslashes'
  const url = /^https?:\/\/[^/?#]/i.test(text) ? URL.parse(text) : null
  if (!url) return 'must be an absolute URL that begins with https://'
  // What the parser escapes has become longer.
  if (url.href.length > LONGEST) return `must have ${LONGEST} characters at most when it is escaped`
  const { outbound } = config
  if (url.protocol !== 'https:' && !outbound.allowHttp) return 'must begin with https://'
  if (/^https?:\/\/[^/?#]*@/i.test(text)) return 'must not contain a user name or password'
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const isUsual = port === 443 || (port === 80 && outbound.allowHttp)
  if (!isUsual && !outbound.ports.includes(port)) return `must not name the port ${port}`
  return hostFault(config, url) ?? url
}

function hostFault({ outbound, publicUrl }: OutboundConfig, { hostname, host }: URL): string | undefined {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  const own = publicUrl ? URL.parse(publicUrl) : null
  if (isIP(address)) {
    if (own?.host === host) return 'must not lead back to this server'
    return isAllowed({ outbound }, address)
      ? undefined
      : 'must name its host by a public name, not by an address'
  }
  if (own?.hostname === hostname) return 'must not lead back to this server'
  if (hostname.endsWith('.')) return 'must name its host without a dot at the end'
  const isPrivate = PRIVATE_SUFFIX.test(hostname)
  // Where the operator opened a part of his network, the addresses behind such a name decide.
  if (outbound.allowCidrs.length > 0 && (isPrivate || SINGLE.test(hostname))) return undefined
  if (isPrivate || !NAME.test(hostname)) return 'must name its host by a public name'
  return undefined
}
