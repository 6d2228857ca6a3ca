import { ConfigError } from '../config/config.ts'
import { pepperFingerprint } from '../config/secrets.ts'
import type { Deps } from '../deps.ts'
import { countKeys, countSecretsByPepper, fingerprintOf, storeFingerprint } from './keys.store.ts'

/**
 * Compares the peppers with the fingerprints that the database keeps, so that a restore beside the wrong secrets is
 * refused at the start instead of answering 401 to every key. A new pepper version is remembered.
 *
 * @throws ConfigError when a pepper is not the one that the stored digests were made with
 */
export async function checkPeppers(deps: Deps): Promise<void> {
  const fresh: { version: number; name: string; own: string }[] = []
  for (const { version, key } of deps.secrets.peppers) {
    const name = `pepper_fingerprint_v${version}`
    const stored = await fingerprintOf(deps.db, name)
    const own = pepperFingerprint(key)
    if (stored === own) continue
    if (stored !== undefined || (version === 1 && (await countKeys(deps.db)) > 0)) throw wrong(version)
    fresh.push({ version, name, own })
  }
  // Only when all are right: a version must not be bound to what an operator got wrong.
  for (const { version, name, own } of fresh) {
    await storeFingerprint(deps.db, name, own)
    // Another node may have been first, with a pepper of its own.
    if ((await fingerprintOf(deps.db, name)) !== own) throw wrong(version)
  }
}

/**
 * How many live secrets need each version of the pepper, newest first: one that none needs may be dropped.
 *
 * @throws ConfigError when some need a version that is not there; their keys are refused as unknown
 */
export async function pepperUse(deps: Deps): Promise<{ version: number; count: number }[]> {
  const rows = await countSecretsByPepper(deps.db, deps.now())
  const { peppers } = deps.secrets
  const lost = rows.filter((row) => !peppers.some(({ version }) => version === row.version))
  if (lost.length > 0) {
    const needed = lost.map(({ version, count }) => `version ${version} (${count} live secrets)`).join(', ')
    throw new ConfigError([`CLAVIGER_PEPPER lacks ${needed}: write the former value back into its place`])
  }
  return peppers.map(({ version }) => ({
    version,
    count: rows.find((row) => row.version === version)?.count ?? 0,
  }))
}

function wrong(version: number): ConfigError {
  return new ConfigError([
    `the pepper (version ${version}) is not the one this database was used with: restore secrets.json beside the database, or set CLAVIGER_PEPPER to the former value`,
  ])
}
