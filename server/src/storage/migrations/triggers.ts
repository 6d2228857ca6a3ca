import type { DatabaseKind } from '../store.ts'

export interface Watched {
  readonly table: string
  readonly kind: string
  readonly id: string
}

/** Whose change can take a right away, and which cached keys it concerns. */
export const RIGHTS: readonly Watched[] = [
  { table: 'keys', kind: 'key', id: 'id' },
  { table: 'key_secrets', kind: 'key', id: 'key_id' },
  { table: 'user', kind: 'user', id: 'id' },
  { table: 'organization', kind: 'organization', id: 'id' },
  { table: 'member', kind: 'user', id: 'userId' },
  { table: 'projects', kind: 'project', id: 'id' },
  { table: 'project_members', kind: 'user', id: 'user_id' },
]

function sqliteTriggers(watched: readonly Watched[]): string[] {
  const statements: string[] = []
  for (const { table, kind, id } of watched) {
    for (const [name, event, row] of [
      ['insert', 'INSERT', 'NEW'],
      ['update', 'UPDATE', 'NEW'],
      ['delete', 'DELETE', 'OLD'],
      // A row that is handed from one to another takes the right of the first away.
      ['leave', `UPDATE OF "${id}"`, 'OLD'],
    ] as const) {
      const when = name === 'leave' ? `WHEN OLD."${id}" IS NOT NEW."${id}" ` : ''
      statements.push(`CREATE TRIGGER change_${table}_${name} AFTER ${event} ON "${table}" ${when}BEGIN
        UPDATE epoch SET value = value + 1 WHERE id = 1;
        INSERT INTO change_log (epoch, kind, id, at)
          SELECT value, '${kind}', ${row}."${id}", CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM epoch WHERE id = 1;
      END`)
    }
  }
  return statements
}

/**
 * Deferred to the commit, so that the one epoch row is locked last and for the shortest time; the notification wakes
 * the other nodes, which read the log.
 */
const POSTGRES_FUNCTION = `CREATE FUNCTION claviger_change() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        concerned TEXT;
        next BIGINT;
      BEGIN
        -- Two where a row is handed from one to another: the first loses a right.
        FOR concerned IN
          SELECT DISTINCT image ->> TG_ARGV[1] FROM unnest(ARRAY[to_jsonb(OLD), to_jsonb(NEW)]) AS image
          WHERE image IS NOT NULL
        LOOP
          UPDATE epoch SET value = value + 1 WHERE id = 1 RETURNING value INTO next;
          INSERT INTO change_log (epoch, kind, id, at)
            VALUES (next, TG_ARGV[0], concerned, (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT);
        END LOOP;
        PERFORM pg_notify('claviger_' || current_schema(), next::TEXT);
        RETURN NULL;
      END $$`

function postgresTriggers(watched: readonly Watched[]): string[] {
  return watched.map(
    ({
      table,
      kind,
      id,
    }) => `CREATE CONSTRAINT TRIGGER change_${table} AFTER INSERT OR UPDATE OR DELETE ON "${table}"
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claviger_change('${kind}', '${id}')`,
  )
}

/** The function that the triggers of PostgreSQL call; once for a database. */
export function changeFunction(kind: DatabaseKind): string[] {
  return kind === 'postgres' ? [POSTGRES_FUNCTION] : []
}

/** Triggers that raise the epoch and note what changed, whichever door a change comes through. */
export function changeTriggers(kind: DatabaseKind, watched: readonly Watched[]): string[] {
  return kind === 'postgres' ? postgresTriggers(watched) : sqliteTriggers(watched)
}

/** Rows of `table` can be added and never changed or removed. */
export function appendOnly(kind: DatabaseKind, table: string, id: string): string[] {
  if (kind === 'sqlite') {
    const refusal = `BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`
    return [
      `CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} ${refusal}`,
      `CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} ${refusal}`,
      // What INSERT OR REPLACE removes passes the trigger for DELETE by.
      `CREATE TRIGGER ${table}_no_replace BEFORE INSERT ON ${table}
        WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${id} = NEW.${id}) ${refusal}`,
    ]
  }
  return [
    `CREATE FUNCTION ${table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION '${table} is append-only'; END $$`,
    `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION ${table}_append_only()`,
    `CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION ${table}_append_only()`,
  ]
}
