// Builds the dashboard into web/dist when its sources are newer than what is there. Alone: node scripts/build-web.mjs
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { run } from './spawn.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'web', 'dist')
const stamp = join(dist, '.stamp')
const SOURCES = ['web/src', 'web/public', 'web/index.html', 'web/vite.config.ts', 'package-lock.json']
const FILE = /\.[a-z]+$/
const COMPRESSED = /\.(js|css|svg)$/

/** @returns whether web/dist is there and up to date; it says why not */
export async function buildWeb() {
  const wanted = digestOfSources()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true
  const before = Date.now()
  console.log('Building the dashboard (only when it changes) …')
  // Beside the old one until it is whole: a server may be reading that, and a build may fail.
  const fresh = join(root, 'node_modules', '.cache', `web-${process.pid}`)
  const vite = [
    'node_modules/vite/bin/vite.js',
    'build',
    'web',
    '--outDir',
    fresh,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  const ended = await run(process.execPath, vite, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (ended.code !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    console.error('The dashboard could not be built (see above).')
    return false
  }
  compress(fresh)
  writeFileSync(join(fresh, '.stamp'), wanted)
  takeItsPlace(fresh)
  console.log(`Built in ${Math.round((Date.now() - before) / 1000)} s.`)
  return true
}

function digestOfSources() {
  const hash = createHash('sha256')
  const paths = SOURCES.flatMap((place) => (FILE.test(place) ? [place] : filesIn(join(root, place), place)))
  for (const path of paths.sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Files below a folder, as paths that begin with `name`. */
function filesIn(folder, name) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => FILE.test(path))
  return paths.map((path) => `${name}/${path.replaceAll('\\', '/')}`)
}

/** Once here instead of at each answer. */
function compress(folder) {
  for (const path of readdirSync(folder, { recursive: true })) {
    if (!COMPRESSED.test(path)) continue
    const bytes = readFileSync(join(folder, path))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(join(folder, `${path}.br`), brotliCompressSync(bytes, { params }))
  }
}

function takeItsPlace(fresh) {
  const old = `${fresh}-old`
  mkdirSync(dist, { recursive: true })
  renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await buildWeb()) ? 0 : 1
