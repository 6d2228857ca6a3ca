// Keycloak for the tests: the real server, of Maven Central, at one pinned version.
// "node scripts/keycloak.mjs fetch" puts it into the cache; a test that needs it starts it.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  cpSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

// The newest release that runs on Java 17, which is what Debian 12 has.
const VERSION = '26.7.3'
const SHA256 = '77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47'
const ARCHIVE = `https://repo.maven.apache.org/maven2/org/keycloak/keycloak-quarkus-dist/${VERSION}/keycloak-quarkus-dist-${VERSION}.tar.gz`
const LEAST_JAVA = 17
const FOLDER = 'claviger-keycloak-'
const START_WITHIN_MS = 280_000
// What is fixed when a distribution is built: given once, it need not be worked out at every start.
const BUILD = ['--db=dev-mem', '--cache=local']
const FOR_JAVA =
  '-Xms64m -Xmx512m -XX:MaxMetaspaceSize=256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError'
const OPEN_TO_LIBRARIES = ['java.util', 'java.util.concurrent', 'java.security', 'java.lang']

/** The distribution that `KEYCLOAK_HOME` names or the cache holds, or why there is none that can be started. */
export function findKeycloak() {
  const given = process.env.KEYCLOAK_HOME
  const home = given || cached()
  if (!existsSync(join(home, 'bin', 'kc.sh'))) {
    return { missing: given ? `KEYCLOAK_HOME has no bin/kc.sh` : 'Keycloak was not found' }
  }
  if (!hasJava()) return { missing: `Keycloak needs Java ${LEAST_JAVA} or later` }
  return { home, isBuilt: !given }
}

/** Puts the pinned distribution into the cache, built for the tests. Does nothing when it is there. */
async function fetchKeycloak() {
  const home = cached()
  if (existsSync(home)) return home
  if (!hasJava()) throw new Error(`Keycloak needs Java ${LEAST_JAVA} or later (Debian: default-jre-headless)`)
  mkdirSync(cache(), { recursive: true })
  const folder = mkdtempSync(join(cache(), 'fetch-'))
  try {
    const archive = join(folder, 'keycloak.tar.gz')
    await download(archive)
    execFileSync('tar', ['-xzf', archive, '-C', folder], { stdio: 'pipe' })
    const unpacked = join(folder, `keycloak-${VERSION}`)
    build(unpacked)
    // Whole or not at all: a fetch that was cut short, or another one beside it, leaves nothing half.
    if (!existsSync(home)) renameSync(unpacked, home)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return home
}

/**
 * Starts a Keycloak of its own on a free loopback port, with its embedded database in memory and the realms of
 * `realmFile`. `stop` may be called more than once.
 *
 * @throws Error with its log when it does not answer in time
 */
async function startKeycloak({ home, isBuilt }, realmFile, realm) {
  removeLeftovers()
  const folder = mkdtempSync(join(tmpdir(), FOLDER))
  const own = copyOf(home, folder)
  cpSync(realmFile, join(own, 'data', 'import', 'realm.json'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const admin = { username: 'admin', password: randomBytes(16).toString('hex') }
  if (!isBuilt) build(own)
  const log = join(folder, 'log')
  const server = launch(own, log, { port, url, admin })
  writeFileSync(join(folder, 'processes'), `${process.pid} ${server.pid}`)
  const ended = new Promise((resolve) => server.once('exit', () => resolve(true)))
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  const limit = Date.now() + START_WITHIN_MS
  while (!(await answers(`${url}/realms/${realm}/.well-known/openid-configuration`))) {
    if ((await Promise.race([ended, sleep(250)])) || Date.now() > limit) {
      const text = readFileSync(log, 'utf8')
      await stop()
      throw new Error(`Keycloak did not start:\n${text}`)
    }
  }
  return { url, admin, stop }
}

/** Java itself and not bin/kc.sh, which would stand between us and the process that is to be ended. */
function launch(home, log, { port, url, admin }) {
  const properties = [
    `-Dkc.home.dir=${home}`,
    `-Djboss.server.config.dir=${join(home, 'conf')}`,
    '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
    '-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory',
    '-Dpicocli.disable.closures=true',
    ...OPEN_TO_LIBRARIES.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  ]
  const program = [
    '-cp',
    join(home, 'lib', 'quarkus-run.jar'),
    'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
  ]
  const address = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`, `--hostname=${url}`]
  const command = ['start', '--optimized', '--import-realm', ...address]
  const output = openSync(log, 'a')
  const server = spawn(java(), [...FOR_JAVA.split(' '), ...properties, ...program, ...command], {
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    },
  })
  closeSync(output)
  return server
}

/** A home of its own, for a start writes into its home; the large libraries are only pointed to. */
function copyOf(home, folder) {
  const own = join(folder, 'home')
  for (const part of ['bin', 'conf', 'providers', 'themes']) {
    cpSync(join(home, part), join(own, part), { recursive: true, dereference: true })
  }
  mkdirSync(join(own, 'lib'))
  for (const name of readdirSync(join(home, 'lib'))) {
    const isLarge = name === 'lib' || name === 'app'
    if (isLarge) symlinkSync(join(home, 'lib', name), join(own, 'lib', name))
    else cpSync(join(home, 'lib', name), join(own, 'lib', name), { recursive: true })
  }
  mkdirSync(join(own, 'data', 'import'), { recursive: true })
  return own
}

function build(home) {
  execFileSync(join(home, 'bin', 'kc.sh'), ['build', ...BUILD], {
    stdio: 'pipe',
    env: { ...process.env, JAVA_OPTS: FOR_JAVA },
  })
}

async function download(file) {
  const answer = await fetch(ARCHIVE)
  if (!answer.ok || !answer.body) throw new Error(`${ARCHIVE} answered ${answer.status}`)
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(file))
  const digest = createHash('sha256')
  await pipeline(createReadStream(file), digest)
  const found = digest.digest('hex')
  if (found !== SHA256) throw new Error(`${ARCHIVE} has the SHA-256 ${found}, and not the pinned ${SHA256}`)
}

function hasJava() {
  // The version goes to standard error. Java 8 and before say 1.8.
  const { stderr, status } = spawnSync(java(), ['-version'], { encoding: 'utf8' })
  return status === 0 && Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0) >= LEAST_JAVA
}

/** A run that was killed outright could not clean up behind itself. */
function removeLeftovers() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER))) {
    const folder = join(tmpdir(), name)
    try {
      const [starter, server] = readFileSync(join(folder, 'processes'), 'utf8').split(' ').map(Number)
      if (isAlive(starter)) continue
      if (isAlive(server)) process.kill(server, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Another user's, or being made at this moment: not ours to remove.
    }
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok
  } catch {
    return false
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

const java = () => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java')
const cache = () => join(homedir(), '.cache', 'claviger')
const cached = () => join(cache(), `keycloak-${VERSION}`)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, realmFile, realm] = process.argv.slice(2)
  if (command === 'fetch') console.log(`Keycloak ${VERSION}: ${await fetchKeycloak()}`)
  else if (command === 'start' && realmFile && realm) await serve(realmFile, realm)
  else {
    console.error('Usage: node scripts/keycloak.mjs fetch | start REALM_FILE REALM')
    process.exitCode = 2
  }
}

/** Until SIGTERM; a test runs it as a process of its own, and reads from its output where the server is. */
async function serve(realmFile, realm) {
  const found = findKeycloak()
  if (found.missing) throw new Error(found.missing)
  const { url, admin, stop } = await startKeycloak(found, realmFile, realm)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void stop())
  console.log(JSON.stringify({ url, admin }))
}
