// Better Auth's API-key plugin as its documentation sets it up, on better-sqlite3 in WAL mode, with `count` keys.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import Database from 'better-sqlite3'

// Never reached: what is measured is a check that says yes.
const LARGE_LIMIT = { enabled: true, timeWindow: 1000, maxRequests: 1_000_000_000 }

/**
 * @param synchronous `NORMAL` or `FULL`: what SQLite does at a commit
 * @param rateLimit whether the plugin counts requests against its (large) limit
 */
export async function openBetterAuthVerifier(folder, count, synchronous, rateLimit) {
  const name = `better-auth-${synchronous.toLowerCase()}${rateLimit ? '' : '-unlimited'}`
  const database = new Database(join(folder, `${name}.db`))
  database.pragma('journal_mode = WAL')
  const options = {
    database,
    secret: randomBytes(32).toString('hex'),
    baseURL: 'http://127.0.0.1',
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [apiKey({ rateLimit: rateLimit ? LARGE_LIMIT : { enabled: false } })],
  }
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  const auth = betterAuth(options)
  const texts = await fill(auth, database, count)
  database.pragma(`synchronous = ${synchronous}`)
  const check = async (key) => (await auth.api.verifyApiKey({ body: { key } })).valid
  return {
    name,
    title: `Better Auth, SQLite WAL ${synchronous}, rate limit ${rateLimit ? 'large' : 'off'}`,
    texts,
    check,
    refuses: async (text) => !(await check(text)),
    close: () => database.close(),
  }
}

// One key is made by the plugin; the others are copies of its row with the hash of a text of their own.
async function fill(auth, database, count) {
  const account = { email: 'bench@example.org', password: randomBytes(12).toString('hex'), name: 'Bench' }
  const { user } = await auth.api.signUpEmail({ body: account })
  const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: 'bench' } })
  const row = database.prepare('SELECT * FROM apikey').get()
  if (row.key !== hashOf(key))
    throw new Error('the plugin hashes keys in another way than this benchmark knows')
  const names = Object.keys(row)
  const insert = database.prepare(
    `INSERT INTO apikey (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  )
  const texts = [key]
  database.transaction(() => {
    while (texts.length < count) {
      const text = randomBytes(48).toString('base64url')
      const copy = { ...row, id: randomUUID(), key: hashOf(text) }
      insert.run(...names.map((name) => copy[name]))
      texts.push(text)
    }
  })()
  return texts
}

const hashOf = (text) => createHash('sha256').update(text).digest('base64url')
