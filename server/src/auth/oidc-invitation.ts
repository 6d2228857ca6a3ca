import type { Deps } from '../deps.ts'
import { readInvitation } from './invitation-proof.ts'

const NEXT = /^(?:https?:\/\/[^/]+)?\/accept-invitation\/([\w.-]+)$/

/**
 * The address of the invitation by whose link somebody has come who signs in through a provider: the page of the
 * invitation is where he said he would go on, which the library keeps while he is at the provider.
 */
export async function invitedOnTheWay(deps: Deps): Promise<string | undefined> {
  // Loaded by now wherever there is such a request.
  const { getOAuthState } = await import('better-auth/api')
  // Without a request of the library's there is no state, which it takes for a fault.
  const state = await getOAuthState().catch(() => null)
  const [, ticket] = NEXT.exec(String(state?.callbackURL ?? '')) ?? []
  return ticket === undefined ? undefined : (await readInvitation(deps, ticket))?.email.toLowerCase()
}
