import { PERIODS } from '../lib/window.ts'
import type { Unit } from '../limits/quota.ts'
import type { UsageEvent } from '../usage/usage-event.ts'

type Named = Pick<UsageEvent, 'organization_id' | 'user_id' | 'key_id' | 'project_id' | 'end_user'>

/** All counters of a unit that could count a request, there or not; but for those of balances. */
export function countersOf(
  { organization_id, user_id, key_id, project_id, end_user }: Named,
  unit: Unit,
): string[] {
  const subjects = [`key:${key_id}`, `organization:${organization_id}`, `user:${organization_id}/${user_id}`]
  if (project_id !== null) subjects.push(`project:${project_id}`)
  if (end_user !== null) subjects.push(`end_user:${organization_id}/${end_user}`)
  return subjects.flatMap((subject) => PERIODS.map((period) => `${subject}:${unit}:${period}`))
}
