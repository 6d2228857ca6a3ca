import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'

/** What runs in the page knows a browser's globals; nothing else of the server's program does. */
declare const window: {
  readonly innerWidth: number
  readonly history: { pushState(state: object, unused: string, url: string): void }
  readonly location: { readonly pathname: string; readonly search: string }
  readonly navigator: { readonly clipboard: { readText(): Promise<string> } }
  readonly axe: { run(root: unknown, options: object): Promise<{ violations: Violation[] }> }
}
declare const document: {
  readonly documentElement: { readonly scrollWidth: number }
  querySelector(selectors: string): unknown
}

interface Violation {
  readonly id: string
  readonly impact: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Chromium, from where CHROMIUM says. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

/** Whatever a page complains of: errors in the console, uncaught ones, breaches of the policy. It grows as they come. */
export function watch(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    const text = message.text()
    // The browser's own note on an answer of 401, with which the dashboard learns that nobody is signed in.
    if (/Failed to load resource.* 401 /.test(text)) return
    faults.push(`console: ${text} (${message.location().url})`)
  })
  return faults
}

/** How many pixels a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

export function clipboardText(page: Page): Promise<string> {
  return page.evaluate(() => window.navigator.clipboard.readText())
}

/** Goes to a screen of the dashboard as a link does, and waits until it has what it asked for. */
export async function show(page: Page, path: string): Promise<void> {
  await page.evaluate((path) => window.history.pushState({}, '', path), path)
  await page.waitForFunction((path) => {
    const { pathname, search } = window.location
    const waits = document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root, [aria-busy=true]')
    return pathname + search === path && document.querySelector('h1') && !waits
  }, path)
}

/** Turns a page to the light or the dark, and waits until it has followed. */
export async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
}

/** What axe-core calls serious or critical, as lines. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)} ${failureSummary}`),
    )
}
