/** The nonce of this page's policy for style elements; the server puts a new one into every answer. */
export function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
}
