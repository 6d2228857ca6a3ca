import { Button, Group, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { auth, authAnswer } from '../auth-client.ts'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useMe } from '../session.ts'
import { BackupCodesDialog } from './backup-codes.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { TwoFactorSetUp } from './two-factor-set-up.tsx'

type Dialog = 'enable' | 'disable' | 'codes'

export function TwoFactor() {
  const { user } = useMe()
  const [dialog, setDialog] = useState<Dialog>()
  const [codes, setCodes] = useState<readonly string[]>()
  return (
    <Section
      title="Two-factor authentication"
      description="A code of your phone beside the password: whoever learns the password alone cannot sign in."
      actions={<StateBadge state={user.twoFactor ? 'on' : 'off'} color={user.twoFactor ? 'green' : 'gray'} />}
    >
      <Group>
        {user.twoFactor ? (
          <>
            <Button variant="default" onClick={() => setDialog('codes')}>
              New backup codes
            </Button>
            <Button variant="default" onClick={() => setDialog('disable')}>
              Turn off
            </Button>
          </>
        ) : (
          <Button onClick={() => setDialog('enable')}>Turn on</Button>
        )}
      </Group>
      <Dialogs dialog={dialog} onClose={() => setDialog(undefined)} onCodes={setCodes} />
      {codes && <BackupCodesDialog codes={codes} onClose={() => setCodes(undefined)} />}
    </Section>
  )
}

function Dialogs(props: {
  dialog: Dialog | undefined
  onClose: () => void
  onCodes: (codes: readonly string[]) => void
}) {
  const { dialog, onClose, onCodes } = props
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ['me'] })
  return (
    <>
      {dialog === 'enable' && <TwoFactorSetUp onClose={onClose} onDone={refresh} />}
      {dialog === 'disable' && (
        <PasswordDialog
          title="Turn off two-factor authentication"
          submit="Turn off"
          onClose={onClose}
          act={(password) => authAnswer(auth.twoFactor.disable({ password }))}
          onDone={async () => {
            await refresh()
            saidSo('Two-factor authentication is off')
          }}
        >
          <Text size="sm">
            From then on your password alone is enough. The backup codes stop working, too.
          </Text>
        </PasswordDialog>
      )}
      {dialog === 'codes' && (
        <PasswordDialog
          title="New backup codes"
          submit="Make new codes"
          onClose={onClose}
          act={(password) => authAnswer(auth.twoFactor.generateBackupCodes({ password }))}
          onDone={({ backupCodes }) => onCodes(backupCodes)}
        >
          <Text size="sm">The old ones stop working.</Text>
        </PasswordDialog>
      )}
    </>
  )
}
