import { setTimeout as sleep } from 'node:timers/promises'

const DAY_MS = 86_400_000
/** By so much the clock of a database may be behind this one. */
const CLOCKS_APART_MS = 500

/**
 * Resolves when midnight UTC is further off than a test is long, which nearly always is at once. Days, weeks and months
 * end there, and what a test counts in one of them must not fall into two.
 *
 * @param lengthMs what counts takes at the most, on however busy a machine; no longer than that it waits
 */
export async function clearOfMidnight(lengthMs = 15_000, now = Date.now()): Promise<void> {
  const leftMs = DAY_MS - (now % DAY_MS)
  if (leftMs <= lengthMs) await sleep(leftMs + CLOCKS_APART_MS)
}
