import { fileURLToPath } from 'node:url'
import { type Installation, install, type Server } from './claviger.ts'
import { MAIN, runNode, startNode, stop } from './processes.ts'

export interface Example extends Installation {
  /** The same installation for a process with another environment. */
  as(env: NodeJS.ProcessEnv): Pick<Installation, 'admin'>
}

/**
 * An installation of a file of examples/ as it stands: only the port and the directory are given by the environment,
 * as an operator would.
 */
export async function installExample(name: string, postgres = false): Promise<Example> {
  const file = fileURLToPath(new URL(`../../../examples/${name}.yaml`, import.meta.url))
  const installation = await install({}, postgres)
  const { CLAVIGER_CONFIG: _, ...kept } = installation.env
  const env = { ...kept, PORT: '0' }
  const adminWith =
    (more: NodeJS.ProcessEnv) =>
    async <T>(...args: string[]): Promise<T> => {
      const run = await runNode([MAIN, ...args, '--config', file, '--json'], { ...env, ...more })
      if (run.code !== 0) throw new Error(`claviger ${args.join(' ')} ended with ${run.code}: ${run.stderr}`)
      return JSON.parse(run.stdout) as T
    }
  return {
    ...installation,
    env,
    admin: adminWith({}),
    as: (more) => ({ admin: adminWith(more) }),
    start: async (more = {}): Promise<Server> => {
      const started = await startNode(
        [MAIN, 'serve', '--config', file],
        { ...env, ...more },
        /"url":"(http[^"]+)"/,
      )
      const url = started.match[1] as string
      return { ...started, url, stop: (signal = 'SIGTERM') => stop(started.child, signal) }
    },
  }
}
