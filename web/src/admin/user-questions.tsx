import { ConfirmDialog } from '../parts/confirm-button.tsx'
import { saidSo } from '../parts/said-so.ts'
import { type User, useChangeUser, useRemoveSecondFactor, useSignUserOut } from './people-api.ts'

export type Question = 'sign-out' | 'two-factor' | 'operator' | 'suspend'

/** What each action will do, asked before it is done. */
export function UserQuestions(props: { user: User; open: string | undefined; onClose: () => void }) {
  const { user, open, onClose } = props
  const change = useChangeUser(user.id)
  const signOut = useSignUserOut(user.id)
  const removeFactor = useRemoveSecondFactor(user.id)
  const name = user.name || user.email
  const suspended = user.state === 'suspended'
  return (
    <>
      <ConfirmDialog
        opened={open === 'sign-out'}
        onClose={onClose}
        title={`Sign ${name} out everywhere?`}
        confirm="Sign out"
        onConfirm={async () => {
          const { ended } = await signOut.mutateAsync(undefined)
          saidSo(`${ended} ${ended === 1 ? 'session' : 'sessions'} of ${name} ended`)
        }}
      >
        Every browser has to sign in again, from the next click on. API keys go on working.
      </ConfirmDialog>
      <ConfirmDialog
        opened={open === 'two-factor'}
        onClose={onClose}
        title={`Take away the second factor of ${name}?`}
        confirm="Take away"
        onConfirm={async () => {
          await removeFactor.mutateAsync(undefined)
          saidSo(`${name} signs in without a second factor now`)
        }}
      >
        For somebody who has lost phone and backup codes. Be sure that it is this person who asks: the
        password alone opens the account from now on. Every browser is signed out.
      </ConfirmDialog>
      <ConfirmDialog
        opened={open === 'operator'}
        onClose={onClose}
        title={user.operator ? `Take administration away from ${name}?` : `Make ${name} an administrator?`}
        confirm={user.operator ? 'Take away' : 'Make administrator'}
        onConfirm={async () => {
          await change.mutateAsync({ operator: !user.operator })
          saidSo(`${name} is ${user.operator ? 'no longer' : 'now'} an administrator`)
        }}
      >
        {user.operator
          ? 'The pages under Administration close for this person. Organisations and keys stay as they are.'
          : 'An administrator sees and changes all users, organisations, plans, providers and prices of this server, grants credits, and can make other administrators.'}
      </ConfirmDialog>
      <ConfirmDialog
        opened={open === 'suspend'}
        onClose={onClose}
        title={suspended ? `Activate ${name}?` : `Suspend ${name}?`}
        confirm={suspended ? 'Activate' : 'Suspend'}
        onConfirm={async () => {
          await change.mutateAsync({ suspended: !suspended })
          saidSo(`${name} is ${suspended ? 'active again' : 'suspended'}`)
        }}
      >
        {suspended
          ? 'Sign-in and API keys work again, from the next request on.'
          : 'Dashboard and API keys are refused from the next request on, in every organisation. Nothing is deleted, and you can activate the account again.'}
      </ConfirmDialog>
    </>
  )
}
