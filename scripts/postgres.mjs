import { execFileSync, spawn } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const FOLDER = 'claviger-postgres-'
const START_WITHIN_MS = 30_000

/** Where PostgreSQL's programs are, newest version first, or undefined. */
export function findPostgres() {
  const folders = [...versionsIn('/usr/lib/postgresql', 'bin'), askPgConfig(), ...homebrew(), ...onPath()]
  return folders.find(
    (folder) => folder && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

/**
 * Starts an empty cluster of its own on a random loopback port, with durable commits as in production. `stop` may be
 * called more than once.
 */
export async function startPostgres(binaries) {
  await removeLeftovers()
  const owner = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  const folder = mkdtempSync(join(owner ? '/tmp' : tmpdir(), FOLDER))
  writeFileSync(join(folder, 'started-by'), String(process.pid))
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const identity = owner ? { uid: owner.uid, gid: owner.gid } : {}
  const stop = () => remove(folder)
  try {
    const flags = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
    execFileSync(join(binaries, 'initdb'), ['-D', data, ...flags], {
      cwd: folder,
      stdio: 'pipe',
      ...identity,
    })
    const port = await launch(binaries, folder, data, identity)
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function launch(binaries, folder, data, identity) {
  const port = await freePort()
  const log = join(folder, 'log')
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=on',
    'max_connections=200',
  ]
  const output = openSync(log, 'a')
  // Detached: Ctrl-C in the terminal must end the tests before their database.
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { cwd: folder, stdio: ['ignore', output, output], detached: true, ...identity },
  )
  server.unref()
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const limit = Date.now() + START_WITHIN_MS
  while (!(await accepts(port)) || !isReady(data)) {
    const early = await Promise.race([ended.then(() => true), sleep(50)])
    if (early || Date.now() > limit)
      throw new Error(`PostgreSQL did not start:\n${readFileSync(log, 'utf8')}`)
  }
  return port
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser() {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error('PostgreSQL refuses to run as root, and there is neither a user "postgres" nor "nobody"')
}

async function remove(folder) {
  const pid = serverIn(folder)
  if (pid !== undefined) {
    signal(pid, 'SIGQUIT')
    for (let tries = 0; tries < 100 && isAlive(pid); tries += 1) await sleep(50)
    if (isAlive(pid)) signal(pid, 'SIGKILL')
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

/** A run that was killed outright could not clean up behind itself. */
async function removeLeftovers() {
  const parents = [...new Set(['/tmp', tmpdir()])].filter(existsSync)
  const folders = parents.flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)))
  for (const folder of folders.filter((path) => basename(path).startsWith(FOLDER))) {
    try {
      const starter = Number(readFileSync(join(folder, 'started-by'), 'utf8'))
      if (!isAlive(starter)) await remove(folder)
    } catch {
      // Another user's, or being made at this moment: not ours to remove.
    }
  }
}

function serverIn(folder) {
  const file = join(folder, 'data', 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) || undefined : undefined
}

function isReady(data) {
  const file = join(data, 'postmaster.pid')
  return existsSync(file) && readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready'
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself.
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
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

function versionsIn(parent, ...rest) {
  if (!existsSync(parent)) return []
  return readdirSync(parent)
    .sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
    .map((version) => join(parent, version, ...rest))
}

function askPgConfig() {
  try {
    return execFileSync('pg_config', ['--bindir'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

function homebrew() {
  return ['/opt/homebrew/opt', '/usr/local/opt'].flatMap((parent) => {
    if (!existsSync(parent)) return []
    return readdirSync(parent)
      .filter((name) => name.startsWith('postgresql'))
      .sort()
      .reverse()
      .map((name) => join(parent, name, 'bin'))
  })
}

function onPath() {
  return (process.env.PATH ?? '').split(delimiter)
}
