import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

/** Of a user in an organisation; undefined unless both exist and the user is a member. */
export async function findStanding(db: Kysely<Tables>, userId: string, organizationId: string) {
  return db
    .selectFrom('member as m')
    .innerJoin('user as u', 'u.id', 'm.userId')
    .innerJoin('organization as o', 'o.id', 'm.organizationId')
    .select(['u.banned', 'u.plan as user_plan', 'o.status', 'o.plan as organization_plan'])
    .where('m.userId', '=', userId)
    .where('m.organizationId', '=', organizationId)
    .executeTakeFirst()
}
