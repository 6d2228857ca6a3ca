// What is listed beside keys and requests: the audit log, tasks, deliveries, entries of a balance.

import { allKeys, countTo, DAY_MS, DAYS, LARGEST } from './list-world.mjs'

export async function fillRest(place, size, start) {
  await fillAudit(place, size, start)
  await fillTasks(place, size, start)
  await fillDeliveries(place, size, start)
  await fillEntries(place, size, start)
}

const COUNTER = `organization:${LARGEST}:credits:balance`
const stepOf = (count) => Math.floor((DAYS * DAY_MS) / count)

async function fillAudit({ kind, run }, { audit, keys }, start) {
  // Of the first start.
  await run('DELETE FROM audit_log')
  await run(`INSERT INTO audit_log (seq, at, actor_kind, actor_id, way, action, target_kind, target_id, organization_id,
      after, previous_hash, hash)
    SELECT i, ${start} + i * ${stepOf(audit)}, 'user', k.user_id, 'session',
      CASE WHEN i % 50000 = 7 THEN 'quota.remove' WHEN i % 3 = 0 THEN 'key.create' ELSE 'key.update' END, 'key', k.key_id,
      k.organization_id, '{"name":"Key"}', 'h' || (i - 1), 'h' || i
    FROM (${countTo(kind, audit)}) AS numbered JOIN bench_keys k ON k.n = i % ${allKeys(keys)}
    ORDER BY i`)
  await run(`UPDATE audit_head SET seq = ${audit}, hash = 'h${audit}'`)
}

async function fillTasks({ kind, run }, { tasks, keys }, start) {
  await run(`INSERT INTO tasks (id, organization_id, user_id, key_id, secret_id, project_id, model, type, state, input, price,
      created_at, started_at, completed_at, due_at, provider, output, cost_nanos, units)
    SELECT 'gen_' || ${kind === 'postgres' ? "lpad(i::TEXT, 26, '0')" : "printf('%026d', i)"}, '${LARGEST}', k.user_id,
      k.key_id, 'sec_' || k.n, k.project_id,
      CASE WHEN i % 20000 = 11 THEN 'vendor/image-rare' ELSE 'vendor/image-' || i % 4 END, 'image',
      CASE WHEN i % 5000 = 3 THEN 'cancelled' WHEN i % 40 = 2 THEN 'failed' ELSE 'completed' END,
      '{"prompt":"A garden in the rain, seen from a window in the evening","outputs":1,"imageUrls":[]}', '{}', ${start} + i * ${stepOf(tasks)},
      ${start} + i * ${stepOf(tasks)} + 100, ${start} + i * ${stepOf(tasks)} + 9000, 0, 'provider', NULL, 10000000, 1
    FROM (${countTo(kind, tasks)}) AS numbered JOIN bench_keys k ON k.n = i * 7919 % ${keys}
    ORDER BY i`)
}

async function fillDeliveries({ kind, run }, { deliveries, keys }, start) {
  const step = stepOf(deliveries)
  for (const n of [0, 1]) {
    await run(`INSERT INTO webhook_endpoints (id, organization_id, user_id, url, events, state, created_at)
      SELECT 'wh_${n}', '${LARGEST}', user_id, 'https://example.com/hook/${n}', '["task.completed"]', 'active', ${start}
      FROM bench_keys WHERE n = ${n}`)
  }
  await run(`INSERT INTO webhook_deliveries (id, organization_id, user_id, endpoint_id, destination, url, event, subject_id,
      payload, state, attempts, next_at, created_at, ended_at, last_status)
    SELECT 'whd_' || ${kind === 'postgres' ? "lpad(i::TEXT, 26, '0')" : "printf('%026d', i)"}, '${LARGEST}', k.user_id,
      'wh_' || i % 2, 'wh_' || i % 2, 'https://example.com/hook/' || i % 2,
      CASE WHEN i % 20000 = 11 THEN 'key.revoked' ELSE 'task.completed' END, 'gen_' || i,
      '{"event":"task.completed","task_id":"gen_","status":"completed"}',
      CASE WHEN i % 5000 = 3 THEN 'failed' ELSE 'delivered' END, 1, 0, ${start} + i * ${step}, ${start} + i * ${step} + 300,
      200
    FROM (${countTo(kind, deliveries)}) AS numbered JOIN bench_keys k ON k.n = i * 7919 % ${keys}
    ORDER BY i`)
}

async function fillEntries({ kind, run }, { entries }, start) {
  await run(`INSERT INTO ledger_entries (id, at, kind, counter, window_start, debit, credit, entry_amount, reference, actor_kind)
    SELECT 'ent_' || i, ${start} + i * ${stepOf(entries)}, 'grant', '${COUNTER}', 0, 'grants', '${COUNTER}',
      1000000000, 'r' || i, 'operator'
    FROM (${countTo(kind, entries)}) AS numbered ORDER BY i`)
}
