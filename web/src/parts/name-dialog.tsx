import { TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { FormDialog } from './form-dialog.tsx'
import { useFields } from './use-fields.ts'

/** A dialog that asks for a name alone: to create something, or to rename it. */
export function NameDialog(props: {
  title: string
  submit: string
  name?: string
  placeholder?: string
  description?: ReactNode
  onSave: (name: string) => Promise<unknown>
  onClose: () => void
}) {
  const save = useMutation({ mutationFn: props.onSave, onSuccess: props.onClose })
  const { values, field } = useFields({ name: props.name ?? '' }, save.error)
  return (
    <FormDialog
      title={props.title}
      opened
      onClose={props.onClose}
      onSubmit={() => save.mutate(values.name.trim())}
      submit={props.submit}
      busy={save.isPending}
      error={save.error}
      fields={values}
    >
      <TextInput
        label="Name"
        description={props.description}
        placeholder={props.placeholder}
        required
        pattern=".*\S.*"
        title="More than spaces"
        maxLength={200}
        data-autofocus
        {...field('name')}
      />
    </FormDialog>
  )
}
