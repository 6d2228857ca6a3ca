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
      const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 })
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
        await syncDirectory(dirname(path))
        if (made !== undefined) await syncDirectory(dirname(made))
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

/** A name that is new in it is there after a crash, too; file systems that know no such thing say so. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
  } finally {
    await directory.close()
  }
}
