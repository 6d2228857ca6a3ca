import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const LEFT_OUT = new Set(['node_modules', '.git', '.node', 'data', 'bench', 'coverage'])

/**
 * A fresh copy of the sources, as one has it after `git clone`. What a guide does not change is linked: the packages, so
 * that what was compiled of them is found again, and what npm installs. With `fresh` all is copied and nothing installed.
 */
export function makeCheckout({ fresh = false } = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'claviger-guides-')))
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces
  const keep = (path) => !LEFT_OUT.has(basename(path)) && !(fresh && basename(path) === 'dist')
  for (const name of readdirSync(root).filter(keep)) {
    if (!fresh && own.includes(name)) symlinkSync(join(root, name), join(folder, name))
    else cpSync(join(root, name), join(folder, name), { recursive: true, filter: keep })
  }
  if (!fresh) linkPackages(folder, own)
  return {
    folder,
    bin: fresh ? undefined : makeNpx(folder),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
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
