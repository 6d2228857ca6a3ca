// Claviger's own key check, the very class that the server uses, on an embedded database with `count` keys. It is the
// only place in bench/ that knows the server's modules; when they move, mend it here.

import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const source = new URL('../../server/src/', import.meta.url)
const CHANGES_AT_ONCE = 500
const ADDRESS = '127.0.0.1'

/** Undefined while the server has no key check. */
export async function openClavigerVerifier(folder, count) {
  if (!existsSync(new URL('keys/verify.ts', source))) return undefined
  const { KeyVerifier } = await load('keys/verify.ts')
  const deps = await openDeps(folder)
  const texts = await fill(deps, count)
  const verifier = new KeyVerifier(deps)
  return {
    name: 'claviger',
    title: 'Claviger (checksum, HMAC, epoch, cache, expiry, owner, address)',
    texts,
    check: async (text) => (await verifier.verify(text, ADDRESS)).key.state === 'active',
    // A refusal is an exception with the status of the answer; anything else is a fault of the set-up.
    refuses: (text) =>
      verifier.verify(text, ADDRESS).then(
        () => false,
        (error) => error.status === 401,
      ),
    close: () => deps.store.close(),
  }
}

const load = (path) => import(new URL(path, source).href)

async function openDeps(folder) {
  const [{ loadConfig }, { loadSecrets }, { createLog }, { openSqlite }] = await Promise.all([
    load('config/config.ts'),
    load('config/secrets.ts'),
    load('lib/log.ts'),
    load('storage/sqlite/open.ts'),
  ])
  const config = loadConfig(undefined, { DATA_DIR: folder })
  const secrets = loadSecrets(config, {})
  const store = await openSqlite(join(folder, 'claviger.db'), new URL('database-thread.ts', source))
  const log = createLog('silent')
  return { config, secrets, store, log, db: store.db, now: Date.now, afterCommit: (work) => work() }
}

// One key is made as the server makes it; the others are copies of its row with a text of their own, since ten thousand
// keys with an audit row each would take longer than the measurement.
async function fill(deps, count) {
  const [{ createUser, personalOrganizationOf }, { createKey }, { makeSecret }, { createDigester }] =
    await Promise.all([
      load('accounts/users.ts'),
      load('keys/keys.ts'),
      load('keys/secret.ts'),
      load('keys/digest.ts'),
    ])
  const operator = { kind: 'operator', id: null, way: 'cli' }
  const user = await createUser(deps, operator, { email: 'bench@example.org', name: 'Bench' })
  const organizationId = await personalOrganizationOf(deps, user.id)
  const manager = { organizationId, userId: user.id, policy: null, audit: operator }
  const first = await createKey(deps, manager, { name: 'bench' })

  const digester = createDigester(deps.secrets.peppers)
  const keyRow = await deps.db.selectFrom('keys').selectAll().executeTakeFirstOrThrow()
  const secretRow = await deps.db.selectFrom('key_secrets').selectAll().executeTakeFirstOrThrow()
  const texts = [first.secret]
  while (texts.length < count) {
    const fresh = Array.from({ length: Math.min(CHANGES_AT_ONCE, count - texts.length) }, () => ({
      text: makeSecret(deps.config.keys.prefix),
      id: randomUUID().replaceAll('-', ''),
    }))
    const keys = fresh.map(({ id }) => ({ ...keyRow, id }))
    const secrets = fresh.map(({ id, text }) => {
      const { digest } = digester.newest(text)
      return { ...secretRow, id: `sec_${id}`, key_id: id, digest }
    })
    await deps.db.insertInto('keys').values(keys).execute()
    await deps.db.insertInto('key_secrets').values(secrets).execute()
    texts.push(...fresh.map(({ text }) => text))
  }
  return texts
}
