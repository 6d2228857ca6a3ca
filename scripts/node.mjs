import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmCommand } from './npm.mjs'
import { exitLike, run } from './spawn.mjs'

export const PINNED_NODE = '24.21.0'
export const MINIMUM_NODE = '22.19.0'

const root = fileURLToPath(new URL('..', import.meta.url))
const PREBUILT = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'win32-x64']

/** Node 23 is out of support and its first releases cannot run TypeScript, so it counts as too old. */
export function nodeIsRecentEnough(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = MINIMUM_NODE.split('.').map(Number)
  return major >= 24 || (major === leastMajor && minor >= leastMinor)
}

/** On a Node that is too old, runs the current script again on the pinned one, and never returns. */
export async function continueOnRecentNode() {
  if (nodeIsRecentEnough()) return
  const node = ensurePinnedNode()
  const ended = await run(node, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, ...pathWithFirst(dirname(node)) },
  })
  exitLike(ended)
  await new Promise(() => {})
}

function ensurePinnedNode() {
  const platform = `${process.platform}-${process.arch}`
  if (!PREBUILT.includes(platform)) giveUp(`there is no prebuilt Node for ${platform}`)
  const name = `node-${platform.replace('win32', 'win')}`
  const node = join(
    root,
    '.node',
    'node_modules',
    name,
    'bin',
    platform === 'win32-x64' ? 'node.exe' : 'node',
  )
  if (versionOf(node) === PINNED_NODE) {
    say(
      `Node ${process.versions.node} is too old for Claviger: going on with Node ${PINNED_NODE} from .node/`,
    )
    return node
  }
  say(
    `Node ${process.versions.node} is too old for Claviger: fetching Node ${PINNED_NODE} from npm into .node/`,
  )
  const npm = npmCommand(process.execPath)
  const options = [
    '--prefix',
    '.node',
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--loglevel=error',
  ]
  const fetched = spawnSync(npm.command, [...npm.args, 'install', ...options, `${name}@${PINNED_NODE}`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: npm.shell,
  })
  if (fetched.status !== 0) giveUp('npm could not fetch it')
  if (versionOf(node) !== PINNED_NODE) giveUp('the fetched Node does not run on this machine')
  return node
}

/** To standard error: what the script itself prints may be JSON for a program. */
function say(text) {
  console.error(text)
}

function versionOf(node) {
  if (!existsSync(node)) return undefined
  const asked = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return asked.status === 0 ? asked.stdout.trim().replace(/^v/, '') : undefined
}

/** The pinned package holds no npm, so the caller's npm must find the pinned Node before its own. */
function pathWithFirst(directory) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return { [name]: [directory, process.env[name]].filter(Boolean).join(delimiter) }
}

function giveUp(reason) {
  console.error(
    `${reason}. Please install Node ${MINIMUM_NODE} or later (24 is recommended): https://nodejs.org`,
  )
  process.exit(1)
}
