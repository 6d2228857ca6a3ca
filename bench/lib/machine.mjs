// What the operating system knows: cores, pinning, CPU time of a process.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'

const cores = os.availableParallelism()
const hasTaskset = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0

// The program under test has the first core to itself; the fake provider, the load and a database share the rest.
export const pinning =
  hasTaskset && cores > 1 ? { gateway: '0', others: cores === 2 ? '1' : `1-${cores - 1}` } : undefined

/** The command line that starts `command` on the cores of its role. */
export function pinned(role, command) {
  return pinning ? ['taskset', '-c', pinning[role], ...command] : command
}

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100

function children(pid) {
  const direct = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim()
    return text === '' ? [] : text.split(' ').map(Number)
  })
  return direct.flatMap((child) => [child, ...safely(() => children(child), [])])
}

// A child can end between two reads.
function safely(read, otherwise) {
  try {
    return read()
  } catch {
    return otherwise
  }
}

function secondsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field, the name, may hold spaces: count from its closing parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Its own, and that of child processes that have ended: a database has workers that come and go.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
}

/** User and system time of a process with all its threads and its child processes; undefined where there is no /proc. */
export function cpuSeconds(pid) {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  const below = safely(() => children(pid), [])
  return below.reduce((sum, child) => sum + safely(() => secondsOf(child), 0), secondsOf(pid))
}

export function residentMegabytes(pid) {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kilobytes) / 1024)
}

/** Idle, stolen and total time of the machine, to say how quiet it was during a run. */
export function machineTimes() {
  if (process.platform !== 'linux') return undefined
  const fields = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number)
  return { stolen: fields[7], total: fields.reduce((sum, value) => sum + value, 0) }
}

export function describeMachine() {
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    pinning: pinning
      ? `program under test on core ${pinning.gateway}; fake provider, load and database on ${pinning.others}`
      : 'none (no taskset, or one core)',
    loadBefore: os.loadavg()[0],
  }
}
