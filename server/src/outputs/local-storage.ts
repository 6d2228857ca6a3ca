import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomId } from '../lib/ids.ts'
import type { Storage } from './storage.ts'

const PART = '.part'

/** Files in a directory, one folder per day. */
export function localStorage(directory: string): Storage {
  return {
    async put(name, bytes) {
      const path = join(directory, name)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      // Under its name a file is always whole.
      const part = `${path}.${randomId()}${PART}`
      try {
        const file = await open(part, 'wx', 0o600)
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
    async open(name, { first, last }) {
      const stream = createReadStream(join(directory, name), { start: first, end: last })
      return new Promise((resolve, reject) => {
        stream.once('open', () => resolve(stream))
        stream.once('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ENOENT' ? resolve(undefined) : reject(error),
        )
      })
    },
    remove: (name) => rm(join(directory, name), { force: true }),
    async *list(day) {
      try {
        for (const name of await readdir(join(directory, day))) yield `${day}/${name}`
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    },
  }
}
