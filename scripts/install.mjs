import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmCommand } from './npm.mjs'
import { run } from './spawn.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const lockfile = join(root, 'package-lock.json')
const installed = join(root, 'node_modules', '.package-lock.json')
const stamp = join(root, 'node_modules', '.claviger-installed')
const command = join(root, 'node_modules', '.bin', 'claviger')

/**
 * Installs the dependencies when some are missing or the lockfile has changed since; else it only reads a stamp.
 * A server needs a quarter of what a developer needs, so the tools are left out until something asks for them.
 */
export async function ensureDependencies({ withTools }) {
  const lock = readFileSync(lockfile)
  const wanted = createHash('sha256').update(lock).digest('hex')
  const stamped = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(' ') : []
  if (stamped[0] === wanted && (stamped[1] === 'all' || !withTools)) return
  const want = JSON.parse(lock.toString('utf8')).packages
  if (!everythingIsThere(want, withTools)) await install(withTools || toolsAreThere())
  // npm links a package's command when the package is new, and not when a package that was there gains one.
  if (!existsSync(command)) await runNpm('rebuild', '--ignore-scripts', '@claviger/cli')
  writeFileSync(stamp, `${wanted} ${withTools || everythingIsThere(want, true) ? 'all' : 'server'}`)
}

/**
 * `npm ci` would refuse a lockfile written on a machine whose registry does not offer the prebuilt parts of every
 * platform, and begins by deleting what a running server still loads from. `npm install --no-save` keeps to the
 * lockfile too and only adds.
 */
async function install(withTools) {
  const before = Date.now()
  console.log(
    `Installing ${withTools ? 'the dependencies and tools' : 'the dependencies'} (only when they change) …`,
  )
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  await runNpm('install', ...options, withTools ? '--include=dev' : '--omit=dev')
  console.log(`Installed in ${Math.round((Date.now() - before) / 1000)} s.`)
}

async function runNpm(...args) {
  const npm = npmCommand(process.execPath)
  const ended = await run(npm.command, [...npm.args, ...args, '--loglevel=error'], {
    cwd: root,
    shell: npm.shell,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (ended.code === 0) return
  console.error('The dependencies could not be installed (see above).')
  process.exit(1)
}

/** Compares the lockfile with what npm itself recorded, so that an npm run by hand is not repeated. */
function everythingIsThere(want, withTools) {
  const have = recorded()
  return Object.entries(want).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.optional || entry.devOptional) return true
    if (entry.dev && !withTools) return true
    return have[path]?.version === entry.version && have[path]?.integrity === entry.integrity
  })
}

/** An install without tools would delete tools that are there. */
function toolsAreThere() {
  return Object.values(recorded()).some((entry) => entry.dev)
}

function recorded() {
  return existsSync(installed) ? JSON.parse(readFileSync(installed, 'utf8')).packages : {}
}
