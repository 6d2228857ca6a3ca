import { Menu } from '@mantine/core'
import {
  IconBan,
  IconCoins,
  IconDeviceMobileOff,
  IconDoorExit,
  IconPlayerPlay,
  IconShield,
  IconShieldOff,
} from '@tabler/icons-react'
import { useState } from 'react'
import { RowMenu } from '../parts/row-menu.tsx'
import { useMe } from '../session.ts'
import { GrantDialog } from './grant-dialog.tsx'
import type { User } from './people-api.ts'
import { type Question, UserQuestions } from './user-questions.tsx'

/** What the operator can do with a user, each after a question. */
export function UserMenu({ user }: { user: User }) {
  const [dialog, setDialog] = useState<Question | 'grant'>()
  const { balanceOf } = useMe().features
  const suspended = user.state === 'suspended'
  return (
    <>
      <RowMenu of={user.name || user.email}>
        {balanceOf !== 'none' && (
          <Menu.Item leftSection={<IconCoins size={16} />} onClick={() => setDialog('grant')}>
            {balanceOf === 'user' ? 'Grant credits' : 'Grant credits to the personal organisation'}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconDoorExit size={16} />} onClick={() => setDialog('sign-out')}>
          Sign out everywhere
        </Menu.Item>
        {user.twoFactor && (
          <Menu.Item leftSection={<IconDeviceMobileOff size={16} />} onClick={() => setDialog('two-factor')}>
            Take away the second factor
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={user.operator ? <IconShieldOff size={16} /> : <IconShield size={16} />}
          onClick={() => setDialog('operator')}
        >
          {user.operator ? 'Take administration away' : 'Make administrator'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          {...(!suspended && { c: 'var(--mantine-color-error)' })}
          leftSection={suspended ? <IconPlayerPlay size={16} /> : <IconBan size={16} />}
          onClick={() => setDialog('suspend')}
        >
          {suspended ? 'Activate' : 'Suspend'}
        </Menu.Item>
      </RowMenu>
      <UserQuestions user={user} open={dialog} onClose={() => setDialog(undefined)} />
      {dialog === 'grant' && (
        <GrantDialog
          name={user.name || user.email}
          to={{ userId: user.id }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  )
}
