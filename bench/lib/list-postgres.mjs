// A PostgreSQL cluster that stays, to be stopped and started as often as a cold look needs.

import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const FILLING = [
  'shared_buffers=3GB',
  'maintenance_work_mem=1GB',
  'max_wal_size=16GB',
  'synchronous_commit=off',
]
const WAIT_MS = 120_000

/** PostgreSQL refuses to run as root. */
function identityOf() {
  if (process.getuid?.() !== 0) return {}
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
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

/** @param binaries where the programs are; @param folder for the cluster, made when it is not there */
export async function openCluster(binaries, folder) {
  const identity = identityOf()
  const data = join(folder, 'data')
  if (!existsSync(data)) {
    mkdirSync(folder, { recursive: true })
    if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid)
    const flags = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
    execFileSync(join(binaries, 'initdb'), ['-D', data, ...flags], {
      cwd: folder,
      stdio: 'pipe',
      ...identity,
    })
  }
  const port = await freePort()
  const pidFile = join(data, 'postmaster.pid')
  let server
  const stop = async () => {
    if (!server || server.exitCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGINT')
    await ended
    server = undefined
  }
  // A run that fails leaves nothing behind that works on.
  process.once('exit', () => server?.kill('SIGINT'))
  const start = async (settings = []) => {
    await stop()
    const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings]
    const output = openSync(join(folder, 'log'), 'a')
    server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])],
      { cwd: folder, stdio: ['ignore', output, output], ...identity },
    )
    const until = Date.now() + WAIT_MS
    const isReady = () =>
      existsSync(pidFile) && readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready'
    while (!isReady()) {
      if (server.exitCode !== null || Date.now() > until)
        throw new Error(`PostgreSQL did not start: see ${folder}/log`)
      await sleep(10)
    }
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    data,
    start,
    startToFill: () => start(FILLING),
    stop,
    pids: () => (server ? childrenOf(server.pid) : []),
  }
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
}
