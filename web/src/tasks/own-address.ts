/**
 * The address of a file as this page may ask for it: its policy knows no other origin, and the server may be known by
 * another name than the one that the link was made for.
 */
export function ownAddress(url: string): string {
  const { pathname, search } = new URL(url, location.origin)
  return pathname + search
}
