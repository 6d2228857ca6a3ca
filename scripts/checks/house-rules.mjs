import ts from 'typescript'
import { eachNode, isTest, lineOf, readSources } from './sources.mjs'

const MAY_CALL_OUT = [
  'server/src/providers/',
  'server/src/outbound/',
  'server/src/outputs/fetch-file.ts',
  'server/src/outputs/s3-storage.ts',
  'server/src/auth/oidc-issuer.ts',
]

/**
 * Two rules of the house that no linter knows. Both keep a thing in one place, so that it can be seen whole: what can
 * be set from outside, and who talks to the network.
 */
const RULES = [
  {
    appliesTo: (path) =>
      !isTest(path) &&
      !/^(server\/src\/config|scripts|bench)\/|^cli\/src\/config\.ts$|\.config\.ts$/.test(path),
    finds: readsEnvironment,
    instead: 'process.env is read in config only: add a setting and take it from Deps',
  },
  {
    appliesTo: (path) =>
      path.startsWith('server/src/') &&
      !MAY_CALL_OUT.some((start) => path.startsWith(start)) &&
      !isTest(path),
    finds: callsOut,
    instead:
      'outbound requests are made in providers, outbound, two files of outputs and auth/oidc-issuer.ts only: use or extend what is there',
  },
]

export function checkHouseRules(root) {
  return { failures: readSources(root).flatMap(breaches) }
}

export function breaches(source) {
  const found = []
  for (const rule of RULES.filter(({ appliesTo }) => appliesTo(source.path))) {
    eachNode(source.tree, (node) => {
      if (!rule.finds(node)) return
      found.push(`${source.path}:${lineOf(source.tree, node.getStart(source.tree))}: ${rule.instead}`)
    })
  }
  return found
}

function readsEnvironment(node) {
  if (isMember(node, 'process', 'env')) return true
  return isValueImport(node, /^(node:)?process$/) && /\benv\b/.test(node.importClause?.getText() ?? '')
}

function callsOut(node) {
  if (isValueImport(node, /^undici$/)) return true
  if (isMember(node, 'globalThis', 'fetch')) return true
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return node.expression.text === 'fetch'
  return ['http', 'https'].some(
    (module) => isMember(node, module, 'request') || isMember(node, module, 'get'),
  )
}

function isMember(node, object, member) {
  if (ts.isPropertyAccessExpression(node))
    return node.expression.getText() === object && node.name.text === member
  if (!ts.isElementAccessExpression(node) || node.expression.getText() !== object) return false
  return ts.isStringLiteralLike(node.argumentExpression) && node.argumentExpression.text === member
}

function isValueImport(node, name) {
  if (!ts.isImportDeclaration(node) || !name.test(node.moduleSpecifier.text)) return false
  return node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword && !node.importClause?.isTypeOnly
}
