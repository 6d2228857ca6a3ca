import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import type { EventFilter } from './legs.store.ts'
import type { Days } from './usage-days.store.ts'

type Db = Kysely<Tables>

/** A UTC day on which a person used a model: the model, or the person where a model is asked for. */
export interface ActivePair {
  readonly day: number
  readonly subject: string
}

/** The newest pairs of a person or of a model; those of one day in no order. */
export async function findPairs(
  db: Db,
  filter: EventFilter,
  days: Days,
  limit: number,
): Promise<ActivePair[]> {
  return pairsOf(db, filter, days).orderBy('day', 'desc').limit(limit).execute()
}

export async function findPairsOfDay(db: Db, filter: EventFilter, day: number): Promise<ActivePair[]> {
  return pairsOf(db, filter, { firstDay: day, lastDay: day }).execute()
}

function pairsOf(db: Db, { organizationId, userId, model }: EventFilter, { firstDay, lastDay }: Days) {
  const pairs = db
    .selectFrom('usage_user_days')
    .select('day')
    .where('organization_id', '=', organizationId)
    .where('day', '>=', firstDay)
    .where('day', '<=', lastDay)
  return userId === undefined
    ? pairs.select('user_id as subject').where('model', '=', model ?? '')
    : pairs.select('model as subject').where('user_id', '=', userId)
}

export async function findEventById(db: Db, id: string) {
  return db.selectFrom('usage_events').selectAll().where('id', '=', id).executeTakeFirst()
}
