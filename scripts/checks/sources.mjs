import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const FOLDERS = ['server', 'cli', 'sdk', 'web', 'scripts', 'bench']
const LEFT_OUT = new Set(['node_modules', 'dist', 'generated', 'fixtures', 'coverage', 'data'])
const SOURCE = /\.(ts|tsx|mts|js|mjs|cjs)$/

/** Every hand-written source file, with its path as seen from the root, text and syntax tree. */
export function readSources(root) {
  return FOLDERS.flatMap((folder) => filesIn(root, folder))
    .filter((path) => SOURCE.test(path) && !path.endsWith('.d.ts'))
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))
}

export function parseSource(path, text) {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }
}

export function isTest(path) {
  return /\.test\.m?tsx?$|\.test\.mjs$/.test(path) || path.startsWith('server/test/')
}

export function eachNode(tree, visit) {
  const walk = (node) => {
    visit(node)
    ts.forEachChild(node, walk)
  }
  walk(tree)
}

/** Line of a node, counted from one. */
export function lineOf(tree, position) {
  return tree.getLineAndCharacterOfPosition(position).line + 1
}

function filesIn(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return []
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesIn(root, path) : [path]
  })
}
