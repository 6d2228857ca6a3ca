import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const LEFT_OUT = new Set(['node_modules', '.git', '.node', 'data', 'bench', 'coverage'])
const INSTALLED = new Set(['node_modules', '.node'])

/**
 * A copy of the sources in which everything is installed. What a guide does not change is linked: the packages, so that
 * what was compiled of them is found again, and what npm installs.
 */
export function makeCheckout() {
  const folder = makeFolder()
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces
  const keep = (path) => !LEFT_OUT.has(basename(path))
  for (const name of readdirSync(root).filter(keep)) {
    if (own.includes(name)) symlinkSync(join(root, name), join(folder, name))
    else cpSync(join(root, name), join(folder, name), { recursive: true, filter: keep })
  }
  linkPackages(folder, own)
  return checkoutIn(folder, makeNpx(folder))
}

/** The sources as one has them after `git clone`, with what was not committed yet; nothing is installed. */
export function cloneSources() {
  const folder = makeFolder()
  if (existsSync(join(root, '.git'))) {
    const cloned = spawnSync('git', ['clone', '--quiet', root, folder], { encoding: 'utf8' })
    if (cloned.status !== 0) throw new Error(`git clone: ${cloned.stderr}`)
  }
  const keep = (path) => !LEFT_OUT.has(basename(path)) && basename(path) !== 'dist'
  for (const name of readdirSync(root).filter(keep))
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: keep })
  return checkoutIn(folder)
}

function makeFolder() {
  return realpathSync(mkdtempSync(join(tmpdir(), 'claviger-guides-')))
}

function checkoutIn(folder, bin) {
  const gone = { recursive: true, force: true, maxRetries: 5 }
  const known = readdirSync(folder)
  return {
    folder,
    bin,
    remove: () => rm(folder, gone),
    /** Takes away what a guide has made. */
    async tidy() {
      const made = readdirSync(folder).filter((name) => !known.includes(name) && !INSTALLED.has(name))
      for (const name of made) await rm(join(folder, name), gone)
    },
  }
}

function linkPackages(folder, own) {
  const from = join(root, 'node_modules')
  const to = join(folder, 'node_modules')
  mkdirSync(to)
  for (const name of readdirSync(from)) {
    if (name !== '@claviger' && name !== '.bin') symlinkSync(join(from, name), join(to, name))
  }
  const scope = join(to, '@claviger')
  mkdirSync(scope)
  for (const name of own) symlinkSync(join('..', '..', name), join(scope, name))
  const bin = join(to, '.bin')
  mkdirSync(bin)
  for (const name of readdirSync(join(from, '.bin'))) {
    const target = name === 'claviger' ? '../@claviger/cli/bin/claviger.mjs' : join(from, '.bin', name)
    symlinkSync(target, join(bin, name))
  }
}

/** npx itself takes a second to find out that the command is installed; dozens of them are a minute. */
function makeNpx(folder) {
  const bin = join(folder, 'node_modules', '.guides')
  mkdirSync(bin)
  const npx = join(bin, 'npx')
  writeFileSync(npx, '#!/bin/sh\ncommand=$1\nshift\nexec "./node_modules/.bin/$command" "$@"\n')
  chmodSync(npx, 0o755)
  return bin
}
