import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './wire.ts'

export interface S3Server {
  readonly endpoint: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  stop(): Promise<void>
}

/** Starts the S3 server that `scripts/s3.mjs` fetched, with an empty bucket. It checks signatures. */
export async function startS3(program: string): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-s3-'))
  const data = join(folder, 'data')
  mkdirSync(join(data, 'outputs'), { recursive: true })
  const port = await freePort()
  const accessKeyId = 'test'
  const secretAccessKey = randomBytes(16).toString('hex')
  const listen = ['--access', accessKeyId, '--secret', secretAccessKey, '--port', `127.0.0.1:${port}`]
  const server = spawn(program, [...listen, 'posix', data], { stdio: 'ignore' })
  const ended = once(server, 'exit')
  const stop = async () => {
    server.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const endpoint = `http://127.0.0.1:${port}`
  const answers = () =>
    fetch(endpoint).then(
      () => true,
      () => undefined,
    )
  try {
    await until('the S3 server', answers)
  } catch (error) {
    await stop()
    throw error
  }
  return { endpoint, bucket: 'outputs', accessKeyId, secretAccessKey, stop }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
