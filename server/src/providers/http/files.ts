import type { HttpConfig, ProviderConfig } from '../../config/config.ts'
import { type GeneratedFile, GenerationFailure } from '../generation.ts'
import { valuesAt } from './pointer.ts'

type Config = Pick<ProviderConfig, 'baseUrl'> & { readonly http: HttpConfig }

/**
 * The files that an answer names.
 *
 * @throws GenerationFailure when one lies on a host that the operator did not allow
 */
export function filesAt({ baseUrl, http }: Config, document: unknown): GeneratedFile[] {
  if (!http.outputs) return []
  return valuesAt(document, http.outputs)
    .filter((value) => typeof value === 'string' && value !== '')
    .map((value) => fileOf(value as string, baseUrl ?? '', http))
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

/** A host as the operator writes it: with a port where it has an unusual one, and `*.` for every name below. */
function matches(pattern: string, { host, hostname }: URL): boolean {
  const given = pattern.includes(':') ? host : hostname
  return pattern.startsWith('*.') ? given.endsWith(pattern.slice(1)) : given === pattern
}
