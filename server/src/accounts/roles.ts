/** Whether a role manages what belongs to the whole organisation. One that nobody knows manages nothing. */
export function managesOrganization(role: string | null | undefined): boolean {
  return role === 'owner' || role === 'admin'
}

const ROLES = ['owner', 'admin', 'member'] as const
export type MemberRole = (typeof ROLES)[number]

/** The role as one of ours: what is unknown has the least. */
export function toRole(role: string | null): MemberRole {
  return ROLES.find((name) => name === role) ?? 'member'
}
