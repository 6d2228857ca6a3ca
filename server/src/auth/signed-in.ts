export type Role = 'owner' | 'admin' | 'member'

/** A person with a good session, and the organisation that the request is about. */
export interface SignedIn {
  readonly sessionId: string
  /** Milliseconds since the epoch when the person last proved who he is. */
  readonly startedAt: number
  readonly user: {
    readonly id: string
    readonly email: string
    readonly name: string
    /** Whether the person administers this server. */
    readonly operator: boolean
    readonly twoFactor: boolean
  }
  /** Of which the person is a member: the one named in `x-org-id`, else the person's own. */
  readonly organization: Membership
}

export interface Membership {
  readonly id: string
  readonly name: string
  readonly personal: boolean
  readonly role: Role
  readonly status: 'active' | 'suspended'
}

/** Whether the role manages what belongs to the whole organisation. */
export function isManager(role: Role): boolean {
  return role === 'owner' || role === 'admin'
}
