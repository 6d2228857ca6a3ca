import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { quietTypeStripping } from '../prepare.mjs'

const GENERATED = ['docs/reference', 'sdk/src/generated']

/** Generates again and compares with what was there, so that an unfinished commit is no obstacle and git is not needed. */
export function checkGenerated(root) {
  if (!existsSync(join(root, 'scripts', 'generate.ts'))) {
    return { failures: [], warnings: ['scripts/generate.ts is not there yet: nothing was generated'] }
  }
  const before = contents(root)
  const ran = spawnSync(process.execPath, [...quietTypeStripping(), 'scripts/generate.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (ran.status !== 0) return { failures: [`scripts/generate.ts failed:\n${ran.stdout}${ran.stderr}`] }
  const after = contents(root)
  const paths = new Set([...before.keys(), ...after.keys()])
  const changed = [...paths].filter((path) => before.get(path) !== after.get(path))
  return {
    failures: changed.map((path) => `${path} was out of date and is now new: look at it and commit it`),
  }
}

function contents(root) {
  const files = new Map()
  for (const folder of GENERATED.filter((path) => existsSync(join(root, path)))) {
    for (const entry of readdirSync(join(root, folder), { recursive: true })) {
      const path = join(folder, entry)
      if (statSync(join(root, path)).isFile()) files.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  return files
}
