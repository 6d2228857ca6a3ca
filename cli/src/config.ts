import { readFileSync } from 'node:fs'
import { type Claviger, createClaviger } from '@claviger/sdk'
import { UsageError } from './flags.ts'

const DEFAULT_URL = 'http://127.0.0.1:8787'

export interface Connection {
  readonly url: string
  readonly claviger: Claviger
}

/** The server and the key of this call: options, then the environment. @throws UsageError saying what is missing */
export function connect(options: { url?: string | undefined; 'key-file'?: string | undefined }): Connection {
  const { CLAVIGER_URL, CLAVIGER_API_KEY } = process.env
  const url = options.url ?? (CLAVIGER_URL || DEFAULT_URL)
  const file = options['key-file']
  const apiKey = file === undefined ? CLAVIGER_API_KEY?.trim() : readKey(file)
  if (!apiKey) {
    throw new UsageError(
      'There is no API key. Put it into CLAVIGER_API_KEY, or into a file for --key-file. On the server’s machine `claviger admin keys create` makes one.',
    )
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new UsageError(`${file ?? 'CLAVIGER_API_KEY'} must hold one API key and nothing else`)
  }
  try {
    return { url, claviger: createClaviger({ baseUrl: url, apiKey }) }
  } catch {
    throw new UsageError(
      `${url} is no address of a server: write it like ${DEFAULT_URL} (--url or CLAVIGER_URL)`,
    )
  }
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`--key-file: ${(error as Error).message}`)
  }
}
