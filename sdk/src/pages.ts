/** Many items on several pages. `for await (const item of …)` fetches page by page as it goes. */
export interface Paged<Item, Page> extends AsyncIterable<Item> {
  /** The same, a page at a time. */
  pages(): AsyncIterable<Page>
}

export function paged<Item, Page>(
  pages: () => AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Paged<Item, Page> {
  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* itemsOf(page)
    },
  }
}

/**
 * Pages of a list that is newest first and addressed by offset, each item once. New items push the rest down and are
 * recognised; items that went away pull the rest up, past the offset, so each page begins with the last item of the one
 * before, and where it does not, the list is read from its beginning again.
 */
export async function* pagesByOffset<Item>(
  load: (offset: number) => Promise<readonly Item[]>,
  idOf: (item: Item) => string,
  pageSize: number,
): AsyncGenerator<Item[], void, undefined> {
  const seen = new Set<string>()
  let offset = 0
  for (;;) {
    const page = await load(offset)
    const [first] = page
    if (offset > 0 && (first === undefined || !seen.has(idOf(first)))) {
      offset = 0
      continue
    }
    const fresh = page.filter((item) => !seen.has(idOf(item)))
    for (const item of fresh) seen.add(idOf(item))
    if (fresh.length > 0) yield fresh
    if (page.length < pageSize) return
    offset += page.length - 1
  }
}
