// Who and what there is in the large installation, by number.

import { createHash } from 'node:crypto'

export const DAY_MS = 86_400_000
/** How far the requests reach back. */
export const DAYS = 90
/** Of the largest organisation, with keys. */
export const OWNERS = 1000
/** Of the largest organisation. */
export const MEMBERS = 10_000
export const PROJECTS = 500
/** Other organisations have so many keys, as a part of those of the largest. */
const ELSEWHERE = 20

/** 32 hexadecimal characters, as ids are. */
export function idOf(kind, number) {
  return createHash('md5').update(`${kind} ${number}`).digest('hex')
}

export const LARGEST = idOf('o', 0)
export const BUSIEST = idOf('u', 0)

/** The number of the owner of a key of the largest organisation. */
export const ownerOf = (key, keys) => (key < keys / 5 && key % 4 === 0 ? 0 : (key * 7919) % OWNERS)
export const allKeys = (keys) => keys + Math.floor(keys / ELSEWHERE)

/** Rows 1 to a count, as a statement. */
export const countTo = (kind, last) =>
  kind === 'postgres'
    ? `SELECT i::BIGINT AS i FROM generate_series(1, ${last}) AS i`
    : `WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${last}) SELECT i FROM numbers`
