import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PINNED_NODE } from '../node.mjs'

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies']

export function checkLockfile(root) {
  const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'))
  const { packages } = read('package-lock.json')
  const rules = read('scripts', 'checks', 'version-floors.json')
  const failures = [...faultsOf(packages, rules)]
  for (const folder of ['', ...read('package.json').workspaces]) {
    if (!samePins(read(folder, 'package.json'), packages[folder])) {
      failures.push(
        `package-lock.json does not match ${join(folder, 'package.json')}: run npm install and commit both`,
      )
    }
  }
  if (isBelow(PINNED_NODE, rules.node))
    failures.push(`scripts/node.mjs pins Node ${PINNED_NODE}, the floor is ${rules.node}`)
  return { failures }
}

export function* faultsOf(packages, { floors, banned, scriptsLeftOut = {} }) {
  for (const [path, entry] of Object.entries(packages)) {
    const name = path.split('node_modules/').at(-1)
    if (!path.includes('node_modules/') || entry.link) continue
    const where = `package-lock.json: ${name} ${entry.version}`
    if (entry.resolved !== undefined) yield `${where} holds a download address; .npmrc leaves it out`
    if (entry.integrity === undefined) yield `${where} has no integrity`
    if (entry.hasInstallScript && !scriptsLeftOut[name])
      yield `${where} wants to run a script when installed, which we never let it`
    const floor = floors[name]
    if (floor && isBelowLines(entry.version, floor.lines)) {
      yield `${where} is below its floor ${floor.lines.join(' / ')}: ${floor.why}`
    }
    const ban = banned[name]
    if (ban && (ban.versions === 'all' || ban.versions.includes(entry.version)))
      yield `${where} is banned: ${ban.why}`
  }
}

/** A floor may have one line per major version; a version older than all lines is below, a newer major is above. */
export function isBelowLines(version, lines) {
  const major = (text) => Number(text.split('.')[0])
  const own = lines.find((line) => major(line) === major(version))
  return own ? isBelow(version, own) : lines.every((line) => major(line) > major(version))
}

function isBelow(version, floor) {
  const [release, preRelease] = version.split('-')
  const parts = release.split('.').map(Number)
  const least = floor.split('.').map(Number)
  const at = parts.findIndex((part, index) => part !== least[index])
  return at === -1 ? preRelease !== undefined : parts[at] < least[at]
}

/** `npm ci` would compare these, but it cannot be used (scripts/install.mjs says why). */
function samePins(manifest, locked) {
  return DEPENDENCIES.every((kind) => {
    const sorted = (pins = {}) => JSON.stringify(Object.entries(pins).sort())
    return sorted(manifest[kind]) === sorted(locked?.[kind])
  })
}
