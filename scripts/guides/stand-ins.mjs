const KEY = /\b[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{36}\b/g
/** What a reader copies from the screen where a guide has `NAME=…`: the last text that looks like it. */
const SHOWN = {
  CLAVIGER_API_KEY: KEY,
  BILLING_KEY: KEY,
  WEBHOOK_SECRET: /\bwhsec_[0-9A-Za-z+/]+=*/g,
  TASK: /\bgen_[0-9a-z]{26}\b/g,
  HASH: /\b[0-9a-f]{32}\b/g,
  REQUEST: /\breq_[0-9a-z]{26}\b/g,
  HEAD: /\b\d+:[0-9a-f]{64}\b/g,
}

/**
 * What a reader puts into a guide that is his own: addresses and credentials of providers and of databases, ports that
 * are free. Everything else stays as it is written.
 */
export function standIns({ providerUrl, databaseUrl, restoredUrl, ports }) {
  const own = {
    MISTRAL_URL: providerUrl,
    MISTRAL_API_KEY: 'stand-in-credential',
    VLLM_URL: providerUrl,
    OLLAMA_URL: providerUrl,
    DATABASE_URL: databaseUrl,
    RESTORED_URL: restoredUrl,
  }
  return { own, ports }
}

/** @param seen all that was printed so far @throws Error where a guide has `NAME=…` and nothing was shown to copy */
export function fillIn(text, { own, ports }, seen) {
  let filled = text
  for (const [port, free] of Object.entries(ports))
    filled = filled.replace(new RegExp(`\\b${port}\\b`, 'g'), free)
  return filled.replace(/^(\s*(?:export )?)([A-Z_]+)=(\S+)/gm, (whole, before, name, value) => {
    if (own[name] !== undefined) return `${before}${name}=${own[name]}`
    if (!value.includes('…')) return whole
    const found = SHOWN[name] && seen.match(SHOWN[name])?.at(-1)
    if (!found) throw new Error(`${whole.trim()}: nothing was shown that a reader could put there`)
    return `${before}${name}=${found}`
  })
}
