import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { eachNode, isTest, lineOf, readSources } from './sources.mjs'

const FILE = { warn: 250, fail: 400 }
const FUNCTION = { warn: 50, fail: 80 }
const NPM_SCRIPTS = 10

/** A file without limits, and the reason. Tests and generated files have none either. */
const EXEMPT = {
  'server/src/storage/tables.ts': 'the schema as types: one list, and long because there are many tables',
  'server/src/errors.ts': 'the closed catalogue of errors: one list',
  'server/src/config/schema.ts': 'the closed list of settings with their descriptions',
}

export function checkSizes(root) {
  const findings = readSources(root).flatMap((source) => sizesOf(source))
  const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts)
  if (scripts.length > NPM_SCRIPTS) {
    findings.push({
      size: scripts.length,
      limit: { warn: NPM_SCRIPTS, fail: NPM_SCRIPTS },
      what: 'package.json: npm scripts',
    })
  }
  const over = (bound) => findings.filter(({ size, limit }) => size > limit[bound])
  const say = (bound) => (finding) => `${finding.what}: ${finding.size} (at most ${finding.limit[bound]})`
  return {
    failures: over('fail').map(say('fail')),
    warnings: over('warn')
      .filter(({ size, limit }) => size <= limit.fail)
      .map(say('warn')),
  }
}

export function sizesOf({ path, text, tree }) {
  if (path in EXEMPT || isTest(path)) return []
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  const findings = [{ what: `${path}: lines`, size: lines, limit: FILE }]
  eachNode(tree, (node) => {
    if (!ts.isFunctionLike(node) || !node.body) return
    const first = lineOf(tree, node.getStart(tree))
    const size = lineOf(tree, node.end) - first + 1
    findings.push({
      what: `${path}:${first} ${nameOf(node, tree)}: lines of a function`,
      size,
      limit: FUNCTION,
    })
  })
  return findings
}

function nameOf(node, tree) {
  const named = node.name ?? node.parent?.name
  return named ? named.getText(tree) : 'a function without a name'
}
