/** A parsed JSON object of which nothing is known yet. */
export type JsonObject = { [key: string]: unknown }

/** One server-sent event of the Responses API; the caller writes `event: <type>` and the object as `data`. */
export type ResponseEvent = { type: string; sequence_number: number; [field: string]: unknown }

/** What the translation back needs to know besides the provider's answer. */
export type ResponseContext = {
  /** The id the client sees, `resp_…`. */
  id: string
  /** Unix seconds. */
  createdAt: number
  /** The Responses body as the client sent it: most of the answer repeats it. */
  request: JsonObject
  /** A fresh unique text per call; output items prefix it with `msg_`, `rs_`, `fc_` or `call_`. */
  itemId: () => string
  /** Unix seconds at the moment of the call, for `completed_at`. Without it the answer counts as instant. */
  now?: () => number
}

// The readers below never throw and never pass on a value of the wrong type: what a provider sends is
// not under our control, and a surprise in one field must not cost the customer the whole answer.

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function asTextOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function asNumber<Fallback>(value: unknown, fallback: Fallback): number | Fallback {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback
}

/** A number of tokens; anything that is not a whole number of them is the fallback. */
export function asCount<Fallback>(value: unknown, fallback: Fallback): number | Fallback {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fallback
}

/** The fields that say something: providers refuse an explicit null more often than an absent field. */
export function present(fields: JsonObject): JsonObject {
  // fromEntries defines properties, so a key named __proto__ stays a harmless key.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  )
}
