import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { whatIsMissing } from './steps.mjs'

const READY_WITHIN_MS = 60_000
/** A first start that has to install everything. */
const INSTALLED_WITHIN_MS = 600_000
const STOPS_WITHIN_MS = 20_000
/** No block takes longer, unless it waits for something that does not come. */
const BLOCK_MOST_MS = 600_000
/** What a shell says when a block that was to fail did not. */
const DID_NOT_FAIL = 97

/** What a reader sits before: terminals that keep what was exported in them, and servers in the foreground of others. */
export class Desk {
  #shell
  #servers = new Map()
  #folder
  #scratch
  #env
  #count = 0
  #patienceMs
  /** All that was printed so far: what a reader copies from. */
  seen = ''

  constructor(folder, env, { fresh = false } = {}) {
    this.#patienceMs = fresh ? INSTALLED_WITHIN_MS : READY_WITHIN_MS
    this.#folder = folder
    this.#env = env
    this.#scratch = join(folder, 'node_modules', '.guides-output')
    mkdirSync(this.#scratch, { recursive: true })
  }

  /** @returns what the block printed @throws Error when a command of it fails (or, with `fails`, the last does not) */
  async run(text, { fails = false } = {}) {
    const block = this.#write(text)
    const output = `${block}.output`
    const how = fails
      ? `if (set +e; . '${block}') </dev/null >'${output}' 2>&1; then exit ${DID_NOT_FAIL}; fi`
      : `. '${block}' </dev/null >'${output}' 2>&1`
    this.#shell ??= this.#open()
    const { shell, gone } = this.#shell
    shell.stdin.write(`${how}\nprintf 'done\\n'\n`)
    const timer = setTimeout(() => process.kill(-shell.pid, 'SIGKILL'), BLOCK_MOST_MS)
    const ended = await Promise.race([once(shell.stdout, 'data').then(() => undefined), gone])
    clearTimeout(timer)
    const printed = readFileSync(output, 'utf8')
    this.seen += printed
    if (ended === undefined) return printed
    this.#shell = undefined
    const why = ended === DID_NOT_FAIL ? 'did not fail' : `ended with ${ended}`
    throw new Error(`the command ${why}:\n${printed}`)
  }

  /** Runs a block that stays in the foreground, in this terminal; the reader goes on in a new one. */
  async serve(name, text, expected) {
    await this.stop(name)
    await this.run(`env -0 >'${this.#scratch}/env'; pwd >'${this.#scratch}/pwd'`)
    const env = Object.fromEntries(
      readFileSync(join(this.#scratch, 'env'), 'utf8')
        .split('\0')
        .filter(Boolean)
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    )
    this.#closeShell()
    const block = this.#write(text)
    const file = openSync(`${block}.output`, 'w')
    const child = spawn('bash', ['--norc', '-e', block], {
      cwd: readFileSync(join(this.#scratch, 'pwd'), 'utf8').trim(),
      env,
      // A group of its own: Ctrl-C reaches every process of a terminal.
      detached: true,
      stdio: ['ignore', file, file],
    })
    closeSync(file)
    const server = {
      child,
      ended: once(child, 'exit'),
      printed: () => readFileSync(`${block}.output`, 'utf8'),
    }
    this.#servers.set(name, server)
    await this.see(name, expected)
    this.seen += server.printed()
  }

  /** Waits until a server has printed something. @throws Error when it ends or lets us wait too long */
  async see(name, expected) {
    const { child, printed } = this.#servers.get(name)
    const until = Date.now() + this.#patienceMs
    for (;;) {
      const missing = whatIsMissing(expected, printed())
      if (!missing) return
      if (hasEnded(child)) throw new Error(`the server ended with ${child.exitCode}:\n${printed()}`)
      if (Date.now() > until) throw new Error(`${missing}:\n${printed()}`)
      await sleep(50)
    }
  }

  /** Ctrl-C. @throws Error when the server does not end, or does not end well */
  async stop(name) {
    const server = this.#servers.get(name)
    if (!server) return
    this.#servers.delete(name)
    if (hasEnded(server.child)) throw new Error(`${name} had ended by itself`)
    process.kill(-server.child.pid, 'SIGINT')
    const ended = await Promise.race([
      server.ended.then(() => true),
      sleep(STOPS_WITHIN_MS, false, { ref: false }),
    ])
    if (ended) return
    process.kill(-server.child.pid, 'SIGKILL')
    throw new Error(`${name} did not end at Ctrl-C`)
  }

  /** Never rejects: what went wrong before it is what matters. */
  async close() {
    const { shell } = this.#shell ?? {}
    this.#closeShell()
    // What it was just running, too.
    if (shell && !hasEnded(shell)) process.kill(-shell.pid, 'SIGKILL')
    await Promise.allSettled([...this.#servers.keys()].map((name) => this.stop(name)))
    rmSync(this.#scratch, { recursive: true, force: true })
  }

  #open() {
    const shell = spawn('bash', ['--norc', '--noprofile'], {
      cwd: this.#folder,
      env: this.#env,
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    shell.stdin.on('error', () => {})
    shell.stdin.write('set -e -o pipefail\n')
    return { shell, gone: once(shell, 'exit').then(([code]) => code ?? 'a signal') }
  }

  #closeShell() {
    this.#shell?.shell.stdin.end()
    this.#shell = undefined
  }

  #write(text) {
    const path = join(this.#scratch, `${++this.#count}.sh`)
    writeFileSync(path, `${text}\n`)
    return path
  }
}

function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null
}
