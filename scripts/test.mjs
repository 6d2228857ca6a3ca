// npm test: finds the real parts the tests need, runs the tests, and ends with one line "N passed, N failed".
// Arguments reach vitest: npm test -- server/src/keys
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWeb } from './build-web.mjs'
import { findKeycloak } from './keycloak.mjs'
import { findPostgres, startPostgres } from './postgres.mjs'
import { prepare, quietTypeStripping } from './prepare.mjs'
import { findS3 } from './s3.mjs'
import { exitLike, run } from './spawn.mjs'

const CHROMIUM_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

await prepare({ withTools: true })

const root = fileURLToPath(new URL('..', import.meta.url))
const long = process.argv.includes('--long') || Boolean(process.env.LONG)
const given = process.argv.slice(2).filter((argument) => argument !== '--long')
const skipsFail = Boolean(process.env.REQUIRE_ALL)
const resultFile = join(tmpdir(), `claviger-test-${process.pid}-${Date.now()}.json`)
// What tests make once in a run and copy from then on.
const templates = mkdtempSync(join(tmpdir(), 'claviger-templates-'))
const cleanUps = [
  async () => rmSync(resultFile, { force: true }),
  async () => rmSync(templates, { recursive: true, force: true }),
]

// A signal that comes while no test runs yet must still stop the database.
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (interrupted = true))

let ended = { code: 1, signal: null }
try {
  const parts = await findParts()
  if (needsDashboard()) await buildWeb()
  if (!interrupted) ended = await runVitest(parts)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
}
const summary = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined
for (const cleanUp of cleanUps.reverse()) await cleanUp()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)
const hasFailed = report(summary)
exitLike(ended.signal === null && hasFailed ? { code: ended.code || 1, signal: null } : ended)

/** A run of one part builds nothing that it does not look at. */
function needsDashboard() {
  const paths = given.filter((argument) => !argument.startsWith('-'))
  return (
    paths.length === 0 ||
    paths.some((path) => /dashboard|conformance|acceptance\/?$|server\/?$|test\/?$/.test(path))
  )
}

/** Real parts, never stand-ins for them: a test of a part that is not here is skipped, and the summary says why. */
async function findParts() {
  const env = {}
  const missing = {}
  if (process.env.TEST_DATABASE_URL) console.log('PostgreSQL: TEST_DATABASE_URL')
  else {
    const binaries = findPostgres()
    if (binaries) {
      const postgres = await startPostgres(binaries)
      cleanUps.push(postgres.stop)
      env.TEST_DATABASE_URL = postgres.url
      env.CLAVIGER_TEST_TEMPLATE_DATABASE = 'claviger_template'
      console.log(`PostgreSQL: a throwaway cluster of ${binaries}`)
    } else missing.PostgreSQL = 'PostgreSQL was not found (set TEST_DATABASE_URL)'
  }
  const chromium = process.env.CHROMIUM || CHROMIUM_PLACES.find(existsSync)
  if (chromium) env.CHROMIUM = chromium
  else missing.Chromium = 'Chromium was not found (set CHROMIUM)'
  // Only looked for: it takes long to start, and the one file that needs it starts it.
  const keycloak = findKeycloak()
  if (keycloak.home) env.KEYCLOAK = keycloak.home
  else missing.Keycloak = `${keycloak.missing} (node scripts/keycloak.mjs fetch, or set KEYCLOAK_HOME)`
  const s3 = findS3()
  if (s3.program) env.S3 = s3.program
  else missing['S3 server'] = `${s3.missing} (node scripts/s3.mjs fetch, or set S3_SERVER)`
  if (!long) missing['long run'] = 'this is the short run (npm run test:long)'
  return { env, missing }
}

function runVitest({ env, missing }) {
  const quiet = quietTypeStripping().join(' ')
  const reporters = given.some((argument) => argument.startsWith('--reporter')) ? [] : ['--reporter=default']
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--configLoader=native']
  return run(process.execPath, [...vitest, ...reporters, '--reporter=./scripts/reporter.mjs', ...given], {
    cwd: root,
    // A group of its own, so that no worker and no server under test outlives the run.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...env,
      ...(long ? { LONG: '1' } : {}),
      // Through the environment, because processes and threads that tests start must keep quiet too.
      NODE_OPTIONS: [process.env.NODE_OPTIONS, quiet].filter(Boolean).join(' '),
      // A start is mostly compilation, and a run starts hundreds of servers and commands.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'compiled'),
      CLAVIGER_TEST_RESULT: resultFile,
      CLAVIGER_TEST_TEMPLATES: templates,
      CLAVIGER_MISSING_PARTS: JSON.stringify(missing),
    },
  })
}

/** Prints the summary and says whether the run is a failure. */
function report(result) {
  const { passed = 0, failed = 0, brokenSetups = 0, unhandled = 0, skipped = [], slow = [] } = result ?? {}
  const skips = skipped.reduce((sum, group) => sum + group.count, 0)
  const longFiles = long ? 0 : ['server', 'cli', 'sdk'].reduce((sum, folder) => sum + longTestsIn(folder), 0)
  let failures = failed + brokenSetups + unhandled
  console.log('')
  for (const { group, seconds } of slow.slice(0, 10)) console.log(`slow: ${seconds.toFixed(1)} s ${group}`)
  for (const { group, reason, count } of skipped)
    console.log(`${count} × ${group}: skipped, because ${reason}`)
  if (longFiles > 0) console.log(`left out: ${longFiles} files of long tests (npm run test:long)`)
  if (brokenSetups > 0)
    console.log(`${brokenSetups} test files or groups could not be set up: counted as failed`)
  if (unhandled > 0) console.log(`${unhandled} errors outside of any test: counted as failed`)
  if (skipsFail && skips > 0) console.log('REQUIRE_ALL is set: skipped tests are counted as failed')
  if (skipsFail) failures += skips
  if (!result) {
    console.log('the run ended without a result: counted as failed')
    failures += 1
  } else if (passed + failed === 0) console.log('no test ran')
  const counts = [`${passed} passed`, `${failures} failed`]
  if (skips > 0 && !skipsFail) counts.push(`${skips} skipped`)
  console.log(counts.join(', '))
  return failures > 0 || passed === 0
}

function longTestsIn(folder) {
  const files = readdirSync(join(root, folder), { recursive: true })
  return files.filter((file) => file.endsWith('.long.test.ts') && !file.includes('node_modules')).length
}
