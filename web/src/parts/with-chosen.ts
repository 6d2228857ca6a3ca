interface Choice {
  readonly value: string
  readonly label: string
}

/** The chosen one keeps its place in the list, even when a search or a page of results does not have it. */
export function withChosen(found: Choice[], chosen: unknown): Choice[] {
  if (typeof chosen !== 'string' || chosen === '' || found.some(({ value }) => value === chosen)) return found
  return [...found, { value: chosen, label: chosen }]
}
