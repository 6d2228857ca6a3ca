const PLACE = 'claviger.organization'

// Read once: what another tab chooses later must not change where this one writes. An empty text is the personal one.
let chosen: string | null = (sessionStorage.getItem(PLACE) ?? localStorage.getItem(PLACE)) || null
sessionStorage.setItem(PLACE, chosen ?? '')

/** The organisation of this tab; a new tab begins with the one chosen last. */
export function currentOrganization(): string | null {
  return chosen
}

export function chooseOrganization(id: string): void {
  chosen = id
  sessionStorage.setItem(PLACE, id)
  localStorage.setItem(PLACE, id)
}

export function forgetOrganization(): void {
  chosen = null
  sessionStorage.setItem(PLACE, '')
  localStorage.removeItem(PLACE)
}
