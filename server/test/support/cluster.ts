import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { until } from './load.ts'

/** A PostgreSQL of the test's own, which it may treat as badly as it likes. */
export interface Cluster {
  readonly url: string
  /** `SIGKILL` to the postmaster, as a crash of the machine; `SIGQUIT` is an immediate shutdown. Resolves when it is gone. */
  kill(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void>
  /** Starts it again on the same port; resolves when it has recovered and answers. */
  restart(): Promise<void>
  remove(): Promise<void>
}

interface Scripts {
  findPostgres(): string | undefined
  startPostgres(binaries: string): Promise<{ url: string; stop(): Promise<void> }>
}

const scripts = (await import(new URL('../../../scripts/postgres.mjs', import.meta.url).href)) as Scripts

/** Whether PostgreSQL's programs are on this machine; a database elsewhere cannot be killed. */
export const CAN_KILL_POSTGRES = Boolean(process.env.TEST_DATABASE_URL && scripts.findPostgres())

export async function startCluster(): Promise<Cluster> {
  const { url, stop } = await scripts.startPostgres(scripts.findPostgres() as string)
  const data = String((await ask(url, 'SHOW data_directory'))[0]?.data_directory)
  const pidFile = join(data, 'postmaster.pid')
  const pid = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  return {
    url,
    kill: async (signal) => {
      const postmaster = pid()
      process.kill(postmaster, signal)
      await until('the postmaster has ended', () => !isAlive(postmaster))
    },
    restart: async () => {
      // What a crashed one leaves behind (its processes, their shared memory) may keep a new one out for a moment.
      const [program, ...args] = readFileSync(join(data, 'postmaster.opts'), 'utf8')
        .trim()
        .split(/ (?=")/)
        .map((part) => part.replace(/^"|"$/g, ''))
      const { uid, gid } = statSync(data)
      const output = openSync(join(data, '..', 'log'), 'a')
      await until('PostgreSQL starts again', async () => {
        const server = spawn(program as string, args, {
          cwd: join(data, '..'),
          stdio: ['ignore', output, output],
          detached: true,
          ...(process.getuid?.() === 0 && { uid, gid }),
        })
        server.unref()
        let ended = false
        server.once('exit', () => {
          ended = true
        })
        await until('it answers or gives up', async () => ended || (await answers(url)))
        return !ended
      })
    },
    remove: stop,
  }
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const answers = (url: string): Promise<boolean> =>
  ask(url, 'SELECT 1').then(
    () => true,
    () => false,
  )

/** A process that has ended but was not waited for is still there, as a zombie. */
function isAlive(pid: number): boolean {
  const status = `/proc/${pid}/stat`
  if (existsSync('/proc/self/stat')) return existsSync(status) && !/\) Z /.test(readFileSync(status, 'utf8'))
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
