import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Every process that a test file started and that still runs; `stopAll` ends them by their own handles. */
const running = new Set<ChildProcess>()
/** What each of them has printed. */
const outputs = new Map<ChildProcess, () => string>()

export const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Started {
  readonly child: ChildProcess
  /** The first match of `ready` in what it printed. */
  readonly match: RegExpMatchArray
  /** Everything it printed so far, on both streams. */
  output(): string
}

/** The environment of the caller must not change what is tested; compiled modules are kept, since hundreds start. */
const INHERITED = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
}

/** Starts a Node program and waits until it has printed what `ready` looks for. @throws Error with its output otherwise */
export async function startNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
  limitMs = 40_000,
): Promise<Started> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env: { ...INHERITED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  outputs.set(child, () => output)
  child.once('exit', () => {
    running.delete(child)
    outputs.delete(child)
  })
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${args.join(' ')} ${why}:\n${output}`))
    const timer = setTimeout(() => fail('did not become ready'), limitMs)
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      const match = ready.exec(output)
      if (!match) return
      clearTimeout(timer)
      resolve({ child, match, output: () => output })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`ended with ${code}`)
    })
  })
}

/** What `pattern` finds in the output of the programs that run, which an operator would have before him. */
export function printed(pattern: RegExp): string | undefined {
  for (const output of outputs.values()) {
    const found = pattern.exec(output())?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

/** Runs a Node program to its end. */
export async function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    env: { ...INHERITED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  running.delete(child)
  return { code, stdout, stderr }
}

export async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => stop(child, 'SIGKILL')))
}
