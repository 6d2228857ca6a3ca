export const WEB_SEARCH = 'web_search'
export const WEB_SEARCH_ADVANCED = 'web_search_advanced'

const NAME_LONGEST = 64
/** Versions of one tool: `web_search_preview_2025_03_11`, `web_search_20250305`. */
const VERSION = /(_preview|_\d{4}_\d{2}_\d{2}|_\d{8})+$/
const PROVIDERS_MARK = /^(openrouter:|\$)/

const SAME: ReadonlyMap<string, string> = new Map([
  ['web', WEB_SEARCH],
  ['google_search', WEB_SEARCH],
  ['browser_search', WEB_SEARCH],
  // Mistral's.
  ['web_search_premium', WEB_SEARCH_ADVANCED],
  ['computer', 'computer_use'],
])

/** As a reader that does not mind the case takes it; by way of the capitals, since ſ has `S` for one. */
export function fold(name: string): string {
  return name.trim().toUpperCase().toLowerCase()
}

/** The one name under which plans list a tool, of all those that it has had. */
export function toolName(type: string): string {
  const name = fold(type).replaceAll('-', '_').replace(PROVIDERS_MARK, '').replace(VERSION, '')
  return (SAME.get(name) ?? name).slice(0, NAME_LONGEST)
}
