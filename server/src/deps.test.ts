import { expect, test } from 'vitest'
import { openDeps } from '../test/support/unit-deps.ts'
import { inTime } from './deps.ts'

/** Longer than a request waits for the database. */
const STALL_MS = 2700

test('An answer that came while this process was busy counts, though the time for it has passed meanwhile', async () => {
  const { own, remove } = await openDeps(false)
  try {
    const answer = inTime(own.store.ping())
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS)
    await answer
    await expect(inTime(new Promise(() => {}))).rejects.toMatchObject({ code: 'store_unavailable' })
  } finally {
    await remove()
  }
})
