import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a command in the foreground and passes signals on to it. Resolves with how it ended; rejects only when it
 * could not be started.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    // A terminal gives Ctrl-C to every process of its group; passing it on would make it two.
    const twice = (signal) => signal === 'SIGINT' && process.stdin.isTTY && !options.detached
    const forward = (signal) => twice(signal) || child.kill(signal)
    for (const signal of FORWARDED) process.on(signal, forward)
    const stopWatching = whenNpmIsGone(() => forward('SIGTERM'))
    const letGo = () => {
      stopWatching()
      for (const signal of FORWARDED) process.off(signal, forward)
    }
    child.once('error', (error) => {
      letGo()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      letGo()
      if (options.detached) endGroup(child.pid)
      resolve({ code, signal })
    })
  })
}

/** What a detached command has started and left behind shares its group. */
function endGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nothing was left, or this system has no groups.
  }
}

/**
 * npm passes SIGTERM to the shell between it and us, and many shells die of it without telling their child. Seeing
 * that our parent has changed is the only trace of it.
 */
function whenNpmIsGone(stop) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return () => {}
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, 250)
  return () => clearInterval(timer)
}

/** Ends this process the way the other one ended, so that a caller sees no difference. */
export function exitLike({ code, signal }) {
  if (signal === null) process.exit(code ?? 1)
  process.kill(process.pid, signal)
  // A signal whose default action is not to end the process leaves us here.
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1000)
}
