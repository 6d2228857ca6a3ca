import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'
import { exactAmounts } from './exact-amounts.ts'

const CLUSTERED = '/*clustered*/'
/** How the rows are laid down: on SQLite as the table is sorted, else by day, as requests would have written them. */
const ORDER = '/*order*/'

/** The nodes of an earlier version know the first two alone, and go on counting them. */
const SUMS = `requests BIGINT NOT NULL, failed BIGINT NOT NULL DEFAULT 0, input_tokens BIGINT NOT NULL DEFAULT 0,
    cached_tokens BIGINT NOT NULL DEFAULT 0, output_tokens BIGINT NOT NULL DEFAULT 0,
    reasoning_tokens BIGINT NOT NULL DEFAULT 0, duration_ms BIGINT NOT NULL DEFAULT 0, units BIGINT NOT NULL DEFAULT 0,
    cost_nanos BIGINT NOT NULL DEFAULT 0`

const ADDED = `SUM(requests), SUM(failed), SUM(input_tokens), SUM(cached_tokens), SUM(output_tokens),
    SUM(reasoning_tokens), SUM(duration_ms), SUM(units), SUM(cost_nanos)`

/**
 * All that was used, by person. A row of `usage_days` names one owner of its key, who on the day when the key changed hands
 * had not made all of its requests: there, and a day around it for clocks that differ, the requests themselves tell, where
 * retention has not removed them.
 */
const USED = `WITH handed AS (
      SELECT DISTINCT target_id AS key_id, CAST(at / 86400000 + beside.days AS INTEGER) AS day
      FROM audit_log CROSS JOIN (SELECT -1 AS days UNION ALL SELECT 0 UNION ALL SELECT 1) AS beside
      WHERE action = 'key.transfer' AND at / 86400000 + beside.days >=
        COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'usage_pruned_before'), 0)),
    used AS (
      SELECT organization_id, user_id, day, model, project_id, end_user, requests, failed, input_tokens, cached_tokens,
        output_tokens, reasoning_tokens, duration_ms, units, cost_nanos
      FROM usage_days WHERE (key_id, day) NOT IN (SELECT key_id, day FROM handed)
      UNION ALL
      SELECT e.organization_id, e.user_id, handed.day, e.model, COALESCE(e.project_id, ''), COALESCE(e.end_user, ''), 1,
        CASE WHEN e.outcome = 'failed' THEN 1 ELSE 0 END, e.input_tokens, e.cached_tokens, e.output_tokens,
        e.reasoning_tokens, CASE WHEN e.finished_at > e.started_at THEN e.finished_at - e.started_at ELSE 0 END, e.units,
        e.cost_nanos
      FROM handed CROSS JOIN usage_events AS e WHERE e.key_id = handed.key_id
        AND e.started_at >= CAST(handed.day AS BIGINT) * 86400000
        AND e.started_at < (CAST(handed.day AS BIGINT) + 1) * 86400000)`

/** Both in one reading. */
const NAMED = `SELECT organization_id, user_id, CASE WHEN of_project = 1 THEN 'project:' || project_id
      ELSE 'end_user:' || end_user END AS subject, day, ${ADDED}
    FROM used CROSS JOIN (SELECT 0 AS of_project UNION ALL SELECT 1) AS kinds
    WHERE CASE WHEN of_project = 1 THEN project_id ELSE end_user END <> ''
    GROUP BY organization_id, user_id, subject, day`

const STATEMENTS = [
  `DROP TABLE usage_user_days`,
  `CREATE TABLE usage_user_days (organization_id TEXT NOT NULL, user_id TEXT NOT NULL, day INTEGER NOT NULL,
    model TEXT NOT NULL, ${SUMS}, PRIMARY KEY (organization_id, user_id, day, model))${CLUSTERED}`,
  `INSERT INTO usage_user_days ${USED}
    SELECT organization_id, user_id, day, model, ${ADDED} FROM used
    GROUP BY organization_id, user_id, day, model ${ORDER}`,
  `CREATE INDEX usage_user_days_model ON usage_user_days(organization_id, model, day, user_id)`,
  `CREATE INDEX usage_user_days_user ON usage_user_days(user_id, day, organization_id)`,
  `DROP TABLE usage_subject_days`,
  `CREATE TABLE usage_subject_days (organization_id TEXT NOT NULL, user_id TEXT NOT NULL, subject TEXT NOT NULL,
    day INTEGER NOT NULL, ${SUMS}, PRIMARY KEY (organization_id, user_id, subject, day))${CLUSTERED}`,
  `INSERT INTO usage_subject_days ${USED} ${NAMED} ${ORDER}`,
]

/** What requests add to these sums while they are made would be missing from them. In the order in which requests write. */
const ALONE = `LOCK TABLE usage_events, usage_days, usage_user_days, usage_subject_days IN SHARE ROW EXCLUSIVE MODE`

/** The days of an organisation lie together there; on SQLite the table itself is walked person by person. */
const BY_DAY = [
  `CREATE INDEX usage_user_days_day ON usage_user_days(organization_id, day)`,
  `CREATE INDEX usage_subject_days_day ON usage_subject_days(organization_id, day)`,
  `ANALYZE usage_user_days`,
  `ANALYZE usage_subject_days`,
]

/** Sums by person, project and end user of all that the sums by key have, so that an overview reads few rows. */
export async function sums(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const [clustered, order] = kind === 'sqlite' ? [' WITHOUT ROWID', ''] : ['', 'ORDER BY day']
  const statements = STATEMENTS.map((text) => text.replace(CLUSTERED, clustered).replace(ORDER, order))
  for (const statement of kind === 'postgres' ? [ALONE, ...statements, ...BY_DAY] : statements) {
    await sql.raw(exactAmounts(kind, statement)).execute(db)
  }
}
