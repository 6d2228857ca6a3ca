// A large installation, made with SQL in bulk: the same rows on both databases, skewed as real ones are. One user has
// 5 % of the keys and of the requests far more; one organisation has half of everything; a few keys are products with
// end users of their own.

import { createHash } from 'node:crypto'

export const DAY_MS = 86_400_000
/** How far the requests reach back. */
export const DAYS = 90
export const USERS = 2000
const PEOPLE_OF_LARGEST = USERS / 2
const OTHERS = 299

/** 32 hexadecimal characters, as ids are. */
export function idOf(kind, number) {
  return createHash('md5').update(`${kind} ${number}`).digest('hex')
}

export const organizationOf = (user) =>
  user < PEOPLE_OF_LARGEST ? 0 : 1 + ((user - PEOPLE_OF_LARGEST) % OTHERS)
export const userOf = (key, keys) => (key < keys / 5 && key % 4 === 0 ? 0 : (key * 7919) % USERS)

/** @param run runs a statement; `insert` puts rows (arrays) into a table; `kind` sqlite or postgres */
export async function fill({ kind, run, insert }, { keys, events, audit, now }) {
  const start = now - DAYS * DAY_MS
  const at = new Date(start).toISOString()
  const numbers = (count) => Array.from({ length: count }, (_, number) => number)
  const yes = kind === 'postgres' ? true : 1
  await insert(
    'organization',
    ['id', 'name', 'slug', '"createdAt"'],
    numbers(OTHERS + 1).map((n) => [idOf('o', n), `Organisation ${n}`, `o${n}`, at]),
  )
  await insert(
    '"user"',
    ['id', 'name', 'email', '"emailVerified"', '"createdAt"', '"updatedAt"'],
    numbers(USERS).map((n) => [idOf('u', n), `Person ${n}`, `person${n}@example.com`, yes, at, at]),
  )
  await insert(
    'member',
    ['id', '"organizationId"', '"userId"', 'role', '"createdAt"'],
    numbers(USERS).map((n) => [idOf('m', n), idOf('o', organizationOf(n)), idOf('u', n), 'member', at]),
  )
  await insert(
    'projects',
    ['id', 'organization_id', 'name', 'created_at'],
    numbers(500).map((n) => [idOf('p', n), idOf('o', n % (OTHERS + 1)), `Project ${n}`, start]),
  )
  const rows = numbers(keys).map((n) => {
    const user = userOf(n, keys)
    return [
      n,
      idOf('k', n),
      idOf('u', user),
      idOf('o', organizationOf(user)),
      n % 3 === 0 ? idOf('p', n % 500) : null,
    ]
  })
  await run(
    `CREATE TABLE bench_keys (n INTEGER PRIMARY KEY, key_id TEXT, user_id TEXT, organization_id TEXT, project_id TEXT)`,
  )
  await insert('bench_keys', ['n', 'key_id', 'user_id', 'organization_id', 'project_id'], rows)
  await run(`INSERT INTO keys (id, organization_id, user_id, name, label, environment, permissions, state, created_at)
    SELECT key_id, organization_id, user_id, 'Key ' || n, 'cvg_' || substr(key_id, 1, 4) || '…', 'live', '["inference"]',
      CASE WHEN n % 20 = 7 THEN 'disabled' WHEN n % 20 = 9 THEN 'revoked' ELSE 'active' END, ${start} + n * 1000
    FROM bench_keys`)
  await run(`INSERT INTO key_usage SELECT key_id, n, n * 1000, ${start} FROM bench_keys`)
  await fillEvents({ kind, run }, { keys, events, start })
  await fillAudit({ kind, run }, { audit, start })
}

/** A number from 0 to 1, at random but the same every time. */
const random = (salt) =>
  `(((i + ${salt}) * ${2654435761 + 2 * salt} % 4294967296 * 48271 + ${salt}) % 2147483647 / 2147483647.0)`

async function fillEvents({ kind, run }, { keys, events, start }) {
  const index =
    'organization_id, user_id, started_at, id, key_id, model, project_id, end_user, outcome, status'
  await run('DROP INDEX usage_events_owner')
  await run('DROP INDEX usage_days_owner')
  for (const name of ['organization', 'end_user', 'project']) await run(`DROP INDEX usage_days_${name}`)
  const step = Math.floor((DAYS * DAY_MS) / events)
  const count =
    kind === 'postgres'
      ? `SELECT i::BIGINT AS i FROM generate_series(1, ${events}) AS i`
      : `WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${events}) SELECT i FROM numbers`
  const power = 'r * r * r * r * r'
  await run(`INSERT INTO usage_events (id, started_at, finished_at, organization_id, user_id, key_id, secret_id, project_id,
      end_user, endpoint, model, provider, provider_model, streamed, status, outcome, error_code, cost_basis, input_tokens,
      cached_tokens, output_tokens, reasoning_tokens, cost_nanos, price_version, attempts, first_byte_ms)
    SELECT 'req_' || ${kind === 'postgres' ? "lpad(i::TEXT, 26, '0')" : "printf('%026d', i)"},
      ${start} + i * ${step}, ${start} + i * ${step} + 200 + i % 3000, k.organization_id, k.user_id, k.key_id, 'sec_' || k.n,
      k.project_id,
      CASE WHEN k.n < 50 THEN 'customer-' || CAST(FLOOR(20000 * e * e * e) AS BIGINT) END, 'responses',
      CASE WHEN m < 0.00005 THEN 'model-rare' ELSE 'vendor/model-' || CAST(FLOOR(12 * m * m) AS BIGINT) END, 'provider',
      'model', i % 2, CASE WHEN i % 50 = 3 THEN 502 WHEN i % 1000 = 4 THEN 429 ELSE 200 END,
      CASE WHEN i % 50 = 3 THEN 'failed' WHEN i % 97 = 5 THEN 'aborted' ELSE 'completed' END, NULL, 'reported',
      100 + i % 900, 0, 50 + i % 400, 0, 1000 + i % 100000, 'v1', 1, 50 + i % 400
    FROM (SELECT i, ${random(1)} AS r, ${random(5)} AS e, ${random(9)} AS m FROM (${count}) AS numbered) AS dice
    JOIN bench_keys k ON k.n = CAST(FLOOR(${keys} * ${power}) AS BIGINT)`)
  await run(`CREATE INDEX usage_events_owner ON usage_events(${index})`)
  await run(`INSERT INTO usage_days (key_id, day, model, project_id, end_user, organization_id, user_id, requests, failed,
      input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_nanos, duration_ms)
    SELECT key_id, started_at / ${DAY_MS} AS day, model, COALESCE(project_id, ''), COALESCE(end_user, ''),
      MIN(organization_id), MIN(user_id), COUNT(*), SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END),
      SUM(input_tokens), SUM(cached_tokens), SUM(output_tokens), SUM(reasoning_tokens), SUM(cost_nanos),
      SUM(finished_at - started_at)
    FROM usage_events GROUP BY 1, 2, 3, 4, 5`)
  await run('CREATE INDEX usage_days_owner ON usage_days(organization_id, user_id, day)')
  await run('CREATE INDEX usage_days_organization ON usage_days(organization_id, day, user_id)')
  for (const column of ['end_user', 'project_id']) {
    await run(`CREATE INDEX usage_days_${column.replace('_id', '')} ON usage_days(organization_id, ${column}, day, user_id)
      WHERE ${column} <> ''`)
  }
}

async function fillAudit({ kind, run }, { audit, start }) {
  const step = Math.floor((DAYS * DAY_MS) / audit)
  const count =
    kind === 'postgres'
      ? `SELECT i::BIGINT AS i FROM generate_series(1, ${audit}) AS i`
      : `WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${audit}) SELECT i FROM numbers`
  await run(`INSERT INTO audit_log (seq, at, actor_kind, actor_id, way, action, target_kind, target_id, organization_id,
      after, previous_hash, hash)
    SELECT i, ${start} + i * ${step}, 'user', k.user_id, 'session',
      CASE WHEN i % 50000 = 7 THEN 'quota.remove' WHEN i % 3 = 0 THEN 'key.create' ELSE 'key.update' END, 'key', k.key_id,
      k.organization_id, '{"name":"Key"}', 'h' || (i - 1), 'h' || i
    FROM (${count}) AS numbered JOIN bench_keys k ON k.n = i % (SELECT COUNT(*) FROM bench_keys)`)
  await run(`UPDATE audit_head SET seq = ${audit}, hash = 'h${audit}'`)
}
