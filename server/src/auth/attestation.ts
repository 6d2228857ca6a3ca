import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers'

/**
 * Whether what a device registers comes without certificates, as we ask for (WebAuthn Level 3 §5.1.3: "none", or a
 * device that signs for itself). The library that verifies the others calls whatever address their certificates name for
 * lists of revoked ones, before it knows who made them; so it must never see one.
 *
 * @param response what the client sent; it is decoded as the library does, so that both see the same
 */
export function isWithoutCertificates(response: unknown): boolean {
  const text = (response as { response?: { attestationObject?: unknown } } | null)?.response
    ?.attestationObject
  if (typeof text !== 'string') return false
  try {
    const attestation = decodeAttestationObject(isoBase64URL.toBuffer(text))
    const format = attestation.get('fmt')
    return format === 'none' || (format === 'packed' && attestation.get('attStmt').get('x5c') === undefined)
  } catch {
    return false
  }
}
