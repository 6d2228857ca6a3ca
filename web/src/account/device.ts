const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** What a browser says of itself, in two words; good enough to recognise one's own. */
export function deviceOf(userAgent: string | null | undefined): { name: string; mobile: boolean } {
  const text = userAgent ?? ''
  const named = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(text))?.[1]
  const browser = named(BROWSERS)
  const system = named(SYSTEMS)
  const name = browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'An unknown device')
  return { name, mobile: /Android|iPhone|iPad|Mobile/.test(text) }
}
