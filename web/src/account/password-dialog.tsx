import { PasswordInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { FormDialog } from '../parts/form-dialog.tsx'

/** Asks for the password once more before something that weighs. */
export function PasswordDialog<T>(props: {
  title: string
  submit: string
  onClose: () => void
  /** In place of `onClose` when nothing was done. */
  onCancel?: () => void
  act: (password: string) => Promise<T>
  onDone: (answer: T) => unknown
  children?: ReactNode
}) {
  const [password, setPassword] = useState('')
  const action = useMutation({
    mutationFn: () => props.act(password),
    onSuccess: async (answer) => {
      await props.onDone(answer)
      props.onClose()
    },
  })
  return (
    <FormDialog
      title={props.title}
      opened
      onClose={props.onCancel ?? props.onClose}
      onSubmit={() => action.mutate()}
      submit={props.submit}
      busy={action.isPending}
      error={action.error}
    >
      {props.children}
      <PasswordInput
        label="Your password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        data-autofocus
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
    </FormDialog>
  )
}
