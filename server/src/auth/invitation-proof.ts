import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { findInvitation } from './auth.store.ts'

export interface OpenInvitation {
  readonly id: string
  readonly email: string
  readonly role: string | null
  readonly organizationName: string
  readonly inviterName: string | null
  /** Whether somebody has an account with the address. */
  readonly hasAccount: boolean
}

/**
 * What the link of an invitation holds: its id and a proof that only its letter has. The id alone proves nothing, since
 * whoever manages the organisation can list it.
 */
export function invitationTicket(secret: string, id: string, email: string): string {
  return `${id}.${proofOf(secret, id, email)}`
}

/** The invitation of a ticket; undefined when the ticket is not ours, or the invitation does not stand any more. */
export async function readInvitation(deps: Deps, ticket: string): Promise<OpenInvitation | undefined> {
  const [id = '', proof = '', more] = ticket.split('.')
  if (more !== undefined || !/^[\w-]{1,64}$/.test(id)) return undefined
  const row = await findInvitation(deps.db, id)
  if (row?.status !== 'pending') return undefined
  if (new Date(row.expiresAt).getTime() <= deps.now()) return undefined
  const expected = Buffer.from(proofOf(deps.secrets.sessionSecret, id, row.email))
  const given = Buffer.from(proof)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const { email, role, organizationName, inviterName } = row
  return { id, email, role, organizationName, inviterName, hasAccount: row.inviteeId !== null }
}

function proofOf(secret: string, id: string, email: string): string {
  return createHmac('sha256', secret)
    .update(`claviger invitation\n${id}\n${email.toLowerCase()}`)
    .digest('base64url')
}
