import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { whole } from '../parts/figures.ts'
import { saidSo } from '../parts/said-so.ts'
import { type Member, useRemoveMember } from './member-api.ts'

export function RemoveMember({ member }: { member: Member }) {
  const remove = useRemoveMember()
  const name = member.name || member.email
  return (
    <ConfirmButton
      label="Remove"
      size="xs"
      aria-label={`Remove ${name}`}
      title={`Remove ${name}?`}
      confirm="Remove"
      onConfirm={async () => {
        await remove.mutateAsync(member.id)
        saidSo(`${name} was removed`)
      }}
    >
      {name} no longer sees this organisation. {keysOf(member)}
      {member.keys ? (
        <>
          To keep a program running,{' '}
          <Anchor component={Link} to="/keys" search={{ user: member.userId } as never} inherit>
            transfer its key
          </Anchor>{' '}
          to another member first.
        </>
      ) : null}
    </ConfirmButton>
  )
}

function keysOf({ keys }: Member): string {
  if (!keys) return 'There are no API keys of theirs here that would stop.'
  if (keys === 1) return 'Their API key here stops at once. '
  return `Their ${whole(keys)} API keys here stop at once. `
}
