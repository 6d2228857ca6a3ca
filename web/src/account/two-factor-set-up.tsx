import { Anchor, Button, Center, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { auth, authAnswer } from '../auth-client.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { saidSo } from '../parts/said-so.ts'
import { BackupCodes } from './backup-codes.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { QrPicture } from './qr-picture.tsx'

interface Secret {
  readonly totpURI: string
  readonly backupCodes: readonly string[]
}

/** Password, then the app and its first code, then the backup codes. */
export function TwoFactorSetUp({ onClose, onDone }: { onClose: () => void; onDone: () => unknown }) {
  const [secret, setSecret] = useState<Secret>()
  const [confirmed, setConfirmed] = useState(false)
  if (!secret) {
    return (
      <PasswordDialog
        title="Turn on two-factor authentication"
        submit="Continue"
        onClose={() => {}}
        act={(password) => authAnswer(auth.twoFactor.enable({ password }))}
        onDone={(answer) => setSecret(answer as Secret)}
        onCancel={onClose}
      />
    )
  }
  const finish = async () => {
    await onDone()
    saidSo('Two-factor authentication is on')
    onClose()
  }
  return (
    <Dialog
      opened
      onClose={confirmed ? finish : onClose}
      title={confirmed ? 'Your backup codes' : 'Connect your authenticator app'}
      held
    >
      {confirmed ? (
        <BackupCodes codes={secret.backupCodes} onDone={finish} />
      ) : (
        <FirstCode uri={secret.totpURI} onDone={() => setConfirmed(true)} />
      )}
    </Dialog>
  )
}

function FirstCode({ uri, onDone }: { uri: string; onDone: () => void }) {
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: () => authAnswer(auth.twoFactor.verifyTotp({ code: code.replaceAll(' ', '') })),
    onSuccess: onDone,
  })
  const key = new URL(uri).searchParams.get('secret') ?? ''
  return (
    <form onSubmit={onSubmit(() => verify.mutate())}>
      <Stack>
        <Text size="sm">
          Scan this with your authenticator app, or <Anchor href={uri}>open the app on this device</Anchor>.
        </Text>
        <Center>
          <QrPicture text={uri} label="The QR code of your second factor" />
        </Center>
        <Text size="sm">Or type this key into it:</Text>
        <Group gap="xs" wrap="nowrap">
          <Code block flex={1} style={{ whiteSpace: 'pre-wrap' }}>
            {key.replaceAll(/(.{4})(?=.)/g, '$1 ')}
          </Code>
          <CopyButton value={key} what="the key" />
        </Group>
        <TextInput
          label="The six digits that it shows now"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          data-autofocus
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <ErrorNote error={verify.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={verify.isPending}>
            Turn on
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
