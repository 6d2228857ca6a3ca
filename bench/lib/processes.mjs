// Starting and ending the processes of a run. Only what was started here is ended here.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pinned } from './machine.mjs'

const started = new Set()
const LOG_BYTES = 8000

/** Starts a program on the cores of its role. `log()` gives the last of what it printed. */
export function start(role, command, { ipc = false, ...options } = {}) {
  const [file, ...args] = pinned(role, command)
  const stdio = ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])]
  // NODE_ENV as in production: Portkey leaves its log page out, Claviger and undici do not care.
  const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...options.env }
  const child = spawn(file, args, { ...options, env, stdio })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      log = (log + bytes).slice(-LOG_BYTES)
    })
  }
  child.on('error', (error) => {
    log += error.message
  })
  child.on('exit', () => started.delete(child))
  started.add(child)
  return { child, pid: child.pid, log: () => log }
}

const hasEnded = ({ child }) =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null

/** Asks a process over IPC, if with a message, and waits for what it says; throws when it ends instead. */
export async function ask(process, message) {
  const fail = () => new Error(`${process.child.spawnargs.join(' ')} has ended:\n${process.log()}`)
  if (hasEnded(process)) throw fail()
  const reply = await new Promise((resolve, reject) => {
    const stop = (settle, value) => {
      process.child.off('message', onMessage).off('exit', onExit)
      settle(value)
    }
    const onMessage = (received) => stop(resolve, received)
    const onExit = () => stop(reject, fail())
    process.child.on('message', onMessage).on('exit', onExit)
    if (message) process.child.send(message)
  })
  if (reply.error) throw new Error(reply.error)
  return reply
}

/** Runs a program to its end and returns what it printed; throws when it fails. */
export async function run(command, { role = 'others', ...options } = {}) {
  const program = start(role, command, options)
  let output = ''
  program.child.stdout.on('data', (bytes) => {
    output += bytes
  })
  const [code] = await once(program.child, 'close')
  if (code !== 0) throw new Error(`${command.join(' ')} failed (${code}):\n${program.log()}`)
  return output
}

export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until `ready()` is true; throws with the program's output when it ends before, or after half a minute. */
export async function untilReady(program, ready) {
  const until = Date.now() + 30_000
  for (;;) {
    if (hasEnded(program) || Date.now() > until) {
      throw new Error(`${program.child.spawnargs.join(' ')} did not start:\n${program.log()}`)
    }
    if (await ready().catch(() => false)) return
    await sleep(50)
  }
}

async function end(child) {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exit
  clearTimeout(timer)
}

export async function endAll() {
  await Promise.all([...started].map((child) => end(child)))
}

export const interruption = { happened: false }

// Ending the processes makes whoever waits for one of them fail, so that an interrupted run cleans up on its way out.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    interruption.happened = true
    process.exitCode = 130
    void endAll()
  })
}
