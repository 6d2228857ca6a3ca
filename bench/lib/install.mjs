// The peers are not part of the workspace: a developer who never measures never downloads them. The first run
// installs them here, exactly as package-lock.json says.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmCommand } from '../../scripts/npm.mjs'
import { run } from '../../scripts/spawn.mjs'

const bench = fileURLToPath(new URL('..', import.meta.url))

export async function ensurePeers() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(bench, 'package-lock.json')))
    .digest('hex')
  const stamp = join(bench, 'node_modules', '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Installing what Claviger is measured against into bench/node_modules (once, about 90 MB) …')
  const npm = npmCommand(process.execPath)
  // No install scripts: nothing here needs one, and a benchmark should not run other people's code to be installed.
  const ended = await run(
    npm.command,
    [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: bench,
      shell: npm.shell,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  if (ended.code !== 0) throw new Error('npm could not install the peers (see above)')
  writeFileSync(stamp, wanted)
}

/** The exact version of every peer, as installed. */
export function peerVersions() {
  const names = [
    'undici',
    '@portkey-ai/gateway',
    'hono',
    '@hono/node-server',
    'better-auth',
    '@better-auth/api-key',
    'better-sqlite3',
  ]
  const { packages } = JSON.parse(readFileSync(join(bench, 'package-lock.json'), 'utf8'))
  return Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`].version]))
}
