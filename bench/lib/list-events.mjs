// Requests and their sums, as a server would have written them.

import { allKeys, countTo, DAY_MS, DAYS } from './list-world.mjs'

const { periodsOf } = await import(new URL('../../server/src/usage/key-periods.ts', import.meta.url).href)

/** A number from 0 to 1, at random but the same every time. */
const random = (salt) =>
  `(((i + ${salt}) * ${2654435761 + 2 * salt} % 4294967296 * 48271 + ${salt}) % 2147483647 / 2147483647.0)`

const SUMS = `COUNT(*), SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END), SUM(input_tokens), SUM(cached_tokens),
  SUM(output_tokens), SUM(reasoning_tokens), SUM(cost_nanos), SUM(finished_at - started_at)`

export async function fillEvents(place, { keys, events }, start) {
  const { kind, run } = place
  const step = Math.floor((DAYS * DAY_MS) / events)
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
      CASE WHEN i % 50 = 3 OR i % 1000 = 4 THEN 'failed' WHEN i % 97 = 5 THEN 'aborted' ELSE 'completed' END, NULL, 'reported',
      100 + i % 900, 0, 50 + i % 400, 0, 1000 + i % 100000, 'v1', 1, 50 + i % 400
    FROM (SELECT i, ${random(1)} AS r, ${random(5)} AS e, ${random(9)} AS m
      FROM (${countTo(kind, events)}) AS numbered) AS dice
    JOIN bench_keys k ON k.n = CAST(FLOOR(${allKeys(keys)} * ${power}) AS BIGINT)`)
  place.note('requests')
  await run(`INSERT INTO usage_days (key_id, day, model, project_id, end_user, organization_id, user_id, requests, failed,
      input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_nanos, duration_ms)
    SELECT key_id, started_at / ${DAY_MS} AS day, model, COALESCE(project_id, ''), COALESCE(end_user, ''),
      MIN(organization_id), MIN(user_id), ${SUMS}
    FROM usage_events GROUP BY 2, 1, 3, 4, 5 ORDER BY 2, 1`)
  place.note('sums by day')
  // A row is made by the first request of its day.
  const sums = `requests, failed, input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_nanos, duration_ms`
  const added = sums.replaceAll(/\w+/g, 'SUM($&)')
  // A row is made by the first request of its day.
  await run(`INSERT INTO usage_user_days (organization_id, user_id, day, model, ${sums})
    SELECT organization_id, user_id, started_at / ${DAY_MS} AS day, model, ${SUMS}
    FROM usage_events GROUP BY organization_id, user_id, day, model ORDER BY MIN(started_at)`)
  for (const [subject, named] of [
    ['project:', 'project_id'],
    ['end_user:', 'end_user'],
  ]) {
    await run(`INSERT INTO usage_subject_days (organization_id, user_id, subject, day, ${sums})
      SELECT organization_id, user_id, '${subject}' || ${named}, day, ${added}
      FROM usage_days WHERE ${named} <> '' GROUP BY organization_id, user_id, ${named}, day ORDER BY day, MIN(key_id)`)
  }
  // Of each key today's periods, not its own newest ones: an earlier one is read as nothing either way.
  const periods = Object.values(periodsOf(Math.floor(start / DAY_MS) + DAYS))
  await run(`INSERT INTO key_usage (key_id, requests, cost_nanos, last_used_at, day, day_nanos, week, week_nanos,
      month, month_nanos)
    SELECT key_id, SUM(requests), SUM(cost_nanos), CAST(MAX(day) AS BIGINT) * ${DAY_MS},
      ${periods.map((first) => `${first}, SUM(CASE WHEN day >= ${first} THEN cost_nanos ELSE 0 END)`).join(', ')}
    FROM usage_days GROUP BY key_id`)
}
