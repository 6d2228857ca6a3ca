export function median(values) {
  return quantile(values, 0.5)
}

export function quantile(values, q) {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  const at = (sorted.length - 1) * q
  const low = Math.floor(at)
  return sorted[low] + (sorted[Math.ceil(at)] - sorted[low]) * (at - low)
}

/** Median with the smallest and the largest value. */
export function spread(values) {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value))
  if (known.length === 0) return undefined
  return { median: median(known), min: Math.min(...known), max: Math.max(...known) }
}
