import type { HttpConfig, ProviderConfig } from '../../config/config.ts'
import { type GeneratedFile, GenerationFailure } from '../generation.ts'
import { valuesAt } from './pointer.ts'

type Config = Pick<ProviderConfig, 'baseUrl'> & { readonly http: HttpConfig }

/** The addresses or data that an answer names, as they stand there. */
export function namedAt({ outputs }: HttpConfig, document: unknown): string[] {
  if (!outputs) return []
  return valuesAt(document, outputs).filter(
    (value): value is string => typeof value === 'string' && value !== '',
  )
}

/**
 * The files that an answer names.
 *
 * @param most those beyond are not decoded
 * @throws GenerationFailure when one lies on a host that the operator did not allow
 */
export function filesAt({ baseUrl, http }: Config, document: unknown, most: number): GeneratedFile[] {
  return namedAt(http, document)
    .slice(0, most)
    .map((text) => fileOf(text, baseUrl ?? '', http))
}

function fileOf(text: string, baseUrl: string, { encoding, outputHosts }: HttpConfig): GeneratedFile {
  if (encoding === 'base64')
    return { bytes: Buffer.from(text, 'base64'), contentType: 'application/octet-stream' }
  const [inline, contentType = ''] =
    /^data:([^,;]{0,100})(?:;[^,;]{1,100})*;base64,/.exec(text.slice(0, 500)) ?? []
  if (inline) return { bytes: Buffer.from(text.slice(inline.length), 'base64'), contentType }
  const url = URL.parse(text, `${baseUrl}/`)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new GenerationFailure('The provider named no address that can be fetched', true)
  const own = url.origin === URL.parse(baseUrl)?.origin
  const allowed = outputHosts.some((host) => matches(host, url))
  if (outputHosts.length > 0 && !own && !allowed)
    throw new GenerationFailure(
      `The provider put its file on the host ${url.host}, which is not under outputHosts`,
      true,
    )
  return { url: url.href, trusted: own || allowed }
}

/** A host as the operator writes it: without a port it is that of the scheme, and `*.` stands for every name below. */
function matches(pattern: string, { protocol, host, hostname, port }: URL): boolean {
  const given = pattern.includes(':') ? `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}` : host
  return pattern.startsWith('*.') ? given.endsWith(pattern.slice(1)) : given === pattern
}
