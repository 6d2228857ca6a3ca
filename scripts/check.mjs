// npm run check: the whole gate. With names as arguments only those steps: npm run check -- types imports
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

await prepare({ withTools: true })

const root = fileURLToPath(new URL('..', import.meta.url))
const { checkGenerated } = await import('./checks/generated.mjs')
const { checkHouseRules } = await import('./checks/house-rules.mjs')
const { checkLockfile } = await import('./checks/lockfile.mjs')
const { checkSizes } = await import('./checks/sizes.mjs')

const IMPORT_OPTIONS = ['--config', 'import-rules.cjs', '--output-type', 'err-long']
const STEPS = {
  style: checkStyle,
  types: checkTypes,
  imports: () => tool('dependency-cruiser/bin/dependency-cruiser.mjs', ...IMPORT_OPTIONS, ...folders()),
  unused: () => tool('knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  sizes: () => checkSizes(root),
  rules: () => checkHouseRules(root),
  lockfile: () => checkLockfile(root),
  generated: () => checkGenerated(root),
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in STEPS))
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(STEPS).join(', ')}`)
  process.exit(2)
}

const failed = []
for (const [name, step] of Object.entries(STEPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const before = Date.now()
  const { failures, warnings = [] } = await step()
  const seconds = ((Date.now() - before) / 1000).toFixed(1)
  console.log(`${failures.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  for (const text of warnings) console.log(`     warning: ${text}`)
  for (const text of failures) console.log(indent(text))
  if (failures.length > 0) failed.push(name)
}
console.log(failed.length === 0 ? 'check passed' : `check failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

function checkStyle() {
  const options = ['--error-on-warnings', '--reporter=concise', '--max-diagnostics=200']
  const { failures } = tool('@biomejs/biome/bin/biome', 'check', ...options, '.')
  return { failures: failures.map((text) => `${text}\nnpm run format mends most of it`) }
}

function checkTypes() {
  // A package with a tsconfig of its own (another platform, another JSX) is a program of its own.
  const own = folders().filter((folder) => existsSync(join(root, folder, 'tsconfig.json')))
  const results = ['.', ...own].map((folder) =>
    tool('typescript/bin/tsc', '--noEmit', '--pretty', 'false', '-p', folder),
  )
  return { failures: results.flatMap((result) => result.failures) }
}

/** Runs a tool from node_modules; what it prints is shown only when it fails. */
function tool(path, ...args) {
  const ran = spawnSync(process.execPath, [join(root, 'node_modules', path), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
  })
  if (ran.status === 0) return { failures: [] }
  return { failures: [`${ran.stdout}${ran.stderr}`.trim() || `it ended with ${ran.status ?? ran.signal}`] }
}

function folders() {
  const packages = ['server', 'cli', 'sdk', 'web', 'scripts', 'bench']
  return packages.filter(
    (folder) => existsSync(join(root, folder)) && readdirSync(join(root, folder)).length > 0,
  )
}

function indent(text) {
  return text.replaceAll(/^(?=.)/gm, '     ')
}
