import { type Deps, transact } from '../deps.ts'
import { type EventName, enqueueEvent } from '../webhooks/event.ts'
import { tellOnce } from '../webhooks/marks.ts'
import { type Key, toKey } from './key.ts'
import { expiringKeyRows } from './keys.store.ts'

const DAY_MS = 86_400_000
/** Within how many days of its end a key is told of: from the one number down to the other. */
const TOLD_DAYS = [
  [7, 1],
  [1, 0],
] as const
const BATCH = 200
const LOOK_MS = 30_000

/** Tells of a key, in the transaction that changes it. */
export async function enqueueKeyEvent(
  deps: Deps,
  event: Extract<EventName, `key.${string}`>,
  key: Key,
): Promise<void> {
  await enqueueEvent(deps, {
    event,
    organizationId: key.organizationId,
    userId: key.userId,
    subjectId: key.id,
    data: {
      key_id: key.id,
      name: key.name,
      label: key.label,
      organization_id: key.organizationId,
      user_id: key.userId,
      project_id: key.projectId,
      environment: key.environment,
      expires_at: key.expiresAt === null ? null : new Date(key.expiresAt).toISOString(),
    },
  })
}

/** Tells once of each key that ends within seven days, and once more when it is within one. */
export async function tellExpiringKeys(deps: Deps): Promise<void> {
  for (const [days, least] of TOLD_DAYS) {
    const now = deps.now()
    const span = { after: now + least * DAY_MS, until: now + days * DAY_MS }
    const rows = await expiringKeyRows(deps.db, span, ` ${days}`, BATCH)
    for (const row of rows) {
      await transact(deps, async (deps) => {
        if (await tellOnce(deps, expiryMark(row.id, row.expires_at as number, days))) {
          await enqueueKeyEvent(deps, 'key.expiring', toKey(row))
        }
      })
    }
  }
}

function expiryMark(id: string, expiresAt: number, days: number): string {
  return `expiring ${id} ${expiresAt} ${days}`
}

/** Looks for keys that end soon, now and every half minute, until it is stopped. */
export function watchExpiringKeys(deps: Deps): { stop(): void; readonly statements: number } {
  let statements = 0
  const look = async () => {
    try {
      await tellExpiringKeys(deps)
      statements += TOLD_DAYS.length
    } catch (error) {
      deps.log.warn({ error: (error as Error).message }, 'keys that end soon could not be looked for')
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS).unref()
  void look()
  return {
    stop: () => clearInterval(timer),
    get statements() {
      return statements
    },
  }
}
