import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'

export interface CursorPage<T> {
  readonly data: readonly T[]
  /** Where the next page begins; null on the last one. */
  readonly next: string | null
}

export interface Pages<T> {
  readonly rows: readonly T[] | undefined
  readonly error: Error | null
  /** While another page or filter is on its way, the last rows stay. */
  readonly isStale: boolean
  readonly number: number
  readonly onNext: (() => void) | undefined
  readonly onPrevious: (() => void) | undefined
  readonly retry: () => void
}

/**
 * Pages of a list with cursors, with ways on and back.
 *
 * @param key of the query, with all filters: another key begins at the first page
 * @param everyMs asks again so often while the window is visible
 */
export function usePages<T>(
  key: readonly unknown[],
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<CursorPage<T>>,
  everyMs?: number,
): Pages<T> {
  const of = JSON.stringify(key)
  const [trail, setTrail] = useState<{ of: string; cursors: string[] }>({ of, cursors: [] })
  const cursors = trail.of === of ? trail.cursors : []
  const cursor = cursors.at(-1)
  const page = useQuery({
    queryKey: [...key, cursor ?? ''],
    queryFn: ({ signal }) => load(cursor, signal),
    placeholderData: keepPreviousData,
    ...(everyMs && { refetchInterval: everyMs }),
  })
  const next = page.data?.next
  return {
    rows: page.data?.data,
    error: page.error,
    isStale: page.isPlaceholderData,
    number: cursors.length + 1,
    onNext: next ? () => setTrail({ of, cursors: [...cursors, next] }) : undefined,
    onPrevious: cursors.length > 0 ? () => setTrail({ of, cursors: cursors.slice(0, -1) }) : undefined,
    retry: () => void page.refetch(),
  }
}
