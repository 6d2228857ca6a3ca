import { randomBytes, randomFillSync } from 'node:crypto'

const CROCKFORD = [...'0123456789abcdefghjkmnpqrstvwxyz']
const PAIRS = CROCKFORD.flatMap((high) => CROCKFORD.map((low) => high + low))

/** Ten bits are two characters. */
function encode(value: number, pairs: number): string {
  let text = ''
  for (let i = 0; i < pairs; i++) {
    text = PAIRS[value % 1024] + text
    value = Math.floor(value / 1024)
  }
  return text
}

// One call for many ids: the call costs more than the bytes.
const pool = Buffer.allocUnsafe(4096)
let used = pool.length

/** Ten random bytes, as two numbers of 40 bits. */
function take(): readonly [number, number] {
  if (used + 10 > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 10
  return [pool.readUIntBE(used - 10, 5), pool.readUIntBE(used - 5, 5)]
}

/**
 * A time-ordered id: 48 bits of milliseconds and 80 random bits in 26 Crockford characters (the ULID layout), after
 * an optional prefix such as `req_`. Time order keeps the index of a busy table append-only.
 */
export function orderedId(prefix: string, nowMs: number): string {
  const [high, low] = take()
  return prefix + encode(nowMs, 5) + encode(high, 4) + encode(low, 4)
}

/** 128 random bits as 32 lower-case hexadecimal characters. */
export function randomId(): string {
  return randomBytes(16).toString('hex')
}
