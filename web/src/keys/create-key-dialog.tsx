import { useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useFields } from '../parts/use-fields.ts'
import { CreatedKey } from './created-key.tsx'
import { useCreateKey } from './key-api.ts'
import { KeyFields, NEW_KEY } from './key-fields.tsx'
import { atItsField, policyOf } from './key-values.ts'

export function CreateKeyDialog(props: {
  opened: boolean
  onClose: () => void
  project?: string | undefined
}) {
  // Mounted while it is open, so that nothing of the last key stays.
  return props.opened ? <Creation onClose={props.onClose} project={props.project ?? null} /> : null
}

function Creation({ onClose, project }: { onClose: () => void; project: string | null }) {
  const [attempt] = useState(() => crypto.randomUUID())
  const create = useCreateKey(attempt)
  const error = atItsField(create.error)
  const { values, field } = useFields({ ...NEW_KEY, project }, error)
  if (create.data) {
    const { data, key } = create.data
    return (
      <Dialog opened onClose={onClose} title={`${data.name} is ready`} size="lg" held>
        <CreatedKey secret={key} onDone={onClose} />
      </Dialog>
    )
  }
  return (
    <FormDialog
      title="Create an API key"
      opened
      onClose={onClose}
      onSubmit={() => create.mutate(policyOf(values))}
      submit="Create key"
      busy={create.isPending}
      error={error}
      fields={values}
    >
      <KeyFields values={values} field={field} />
    </FormDialog>
  )
}
