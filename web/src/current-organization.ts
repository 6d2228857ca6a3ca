const PLACE = 'claviger.organization'

/** The organisation of this tab; a new tab begins with the one chosen last. */
export function currentOrganization(): string | null {
  return sessionStorage.getItem(PLACE) ?? localStorage.getItem(PLACE)
}

export function chooseOrganization(id: string): void {
  sessionStorage.setItem(PLACE, id)
  localStorage.setItem(PLACE, id)
}

export function forgetOrganization(): void {
  sessionStorage.removeItem(PLACE)
  localStorage.removeItem(PLACE)
}
