import { useLocation, useNavigate } from '@tanstack/react-router'

/** A screen's filters, kept in its address: the way back, a bookmark and a shared link show the same list. */
export function useFilters<Name extends string>(): [
  Partial<Record<Name, string>>,
  (changes: Partial<Record<Name, string | null>>) => void,
] {
  const search = useLocation().search as Partial<Record<Name, string>>
  const navigate = useNavigate()
  return [
    search,
    (changes) => {
      const next = (old: object) => ({ ...old, ...withoutNulls(changes) })
      void navigate({ to: '.', search: next as never, replace: true })
    },
  ]
}

/** A filter that is taken away leaves the address. */
function withoutNulls(changes: object): object {
  return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value || undefined]))
}
