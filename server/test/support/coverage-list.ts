import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it, type RunnerTask } from 'vitest'

/** A line of a list of docs/conformance: what a document says, and what holds the server to it. */
interface Row {
  readonly section: string
  readonly statement: string
  /** `test`, file (from `server` on) and name of a test elsewhere, or `none` with the reason. */
  readonly heldBy: string
}

const BEYOND = 'Beyond the page'

/** White space and the marks of lists, tables, headings and code, which are not the document's words. */
const LAYOUT = /[\s#|•`-]/g

/**
 * Adds the test that keeps a list of docs/conformance and the suite of the file it is called in together: a test for
 * every statement, a statement for every test, and no statement of the document left out.
 *
 * @param digest SHA-256 of the document's text without its layout; the headings and statements of the list must give it
 */
export function checkCoverage(name: string, digest: string): void {
  it('every statement has its test, every test its statement, and no statement of the document is missing', ({
    task,
  }) => {
    const list = readFileSync(new URL(`../../../docs/conformance/${name}.md`, import.meta.url), 'utf8')
    expect(createHash('sha256').update(documentOf(list)).digest('hex'), documentOf(list)).toBe(digest)
    const rows = rowsOf(list)
    const expected = new Set(rows.filter(({ heldBy }) => heldBy === 'test').map(titleOf))
    const suites = task.file.tasks.filter(({ type }) => type === 'suite')
    expect(suites.length).toBeGreaterThan(0)
    for (const suite of suites) {
      expect([suite.name, [...titlesIn(suite)].sort()]).toEqual([suite.name, [...expected].sort()])
    }
    expect(rows.filter(({ heldBy }) => heldBy !== 'test' && !isHeldElsewhere(heldBy))).toEqual([])
  })
}

/** Without its layout, the text that a list takes from the document. */
function documentOf(list: string): string {
  const page = list.slice(list.indexOf('\n## '), list.indexOf(`\n## ${BEYOND}`))
  const texts = page
    .split('\n')
    .map((line) => (line.startsWith('## ') ? line.slice(3) : (rowOf(line, '')?.statement ?? '')))
  return texts.join('').replace(LAYOUT, '')
}

function rowsOf(list: string): Row[] {
  let section = ''
  return list.split('\n').flatMap((line) => {
    if (line.startsWith('## ')) section = line.slice(3)
    const row = rowOf(line, section)
    return row ? [row] : []
  })
}

/** `` | `The statement` | test | ``; a bar within a statement has a backslash before it. */
function rowOf(line: string, section: string): Row | undefined {
  const match = /^\| (`+) ?(.+?) ?\1 +\| (.+?) +\|$/.exec(line)
  if (!match) return undefined
  return { section, statement: (match[2] as string).replaceAll('\\|', '|'), heldBy: match[3] as string }
}

function isHeldElsewhere(heldBy: string): boolean {
  if (/^none: \S/.test(heldBy)) return true
  const [, file, test] = /^((?:src|test)\/[\w/-]+\.test\.ts): (.+)$/.exec(heldBy) ?? []
  if (!file || !test) return false
  // As a test that is run: `it(`, `test(` or a table’s `)(`, and no `it.skip(`.
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  return ['it(', 'test(', ')('].some((call) => source.includes(`${call}'${test}'`))
}

function titleOf({ section, statement }: Pick<Row, 'section' | 'statement'>): string {
  return `${section} › ${statement}`
}

/** The tests below a suite, each by the innermost suite that it stands in. */
function titlesIn(suite: RunnerTask): Set<string> {
  if (suite.type !== 'suite') return new Set([suite.name])
  const inner = suite.tasks.filter(({ type }) => type !== 'suite')
  const titles = inner.map((test) => titleOf({ section: suite.name, statement: test.name }))
  return new Set([...titles, ...suite.tasks.filter(isSuite).flatMap((each) => [...titlesIn(each)])])
}

const isSuite = ({ type }: RunnerTask): boolean => type === 'suite'
