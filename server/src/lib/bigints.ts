/** The smaller of two integers; `Math.min` knows no bigint. */
export function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}

/** The larger of two integers; `Math.max` knows no bigint. */
export function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}
