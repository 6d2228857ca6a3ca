import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { type ApiKey, type KeyChange, useChangeKey } from './key-api.ts'
import { KeyFields, type KeyValues } from './key-fields.tsx'
import { atItsField, policyOf, valuesOf } from './key-values.ts'

export function EditKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const change = useChangeKey(apiKey.hash)
  const error = atItsField(change.error)
  const { values, field } = useFields(valuesOf(apiKey), error)
  const save = () => {
    const onSuccess = () => {
      saidSo(`${values.name} was changed`)
      onClose()
    }
    change.mutate(changesOf(valuesOf(apiKey), values), { onSuccess })
  }
  return (
    <FormDialog
      title={`Edit ${apiKey.name}`}
      opened
      onClose={onClose}
      onSubmit={save}
      submit="Save"
      busy={change.isPending}
      error={error}
      fields={values}
    >
      <KeyFields values={values} field={field} />
    </FormDialog>
  )
}

/** Only what was changed, so that two people who edit one key do not undo each other. */
function changesOf(before: KeyValues, after: KeyValues): KeyChange {
  const old = policyOf(before) as Record<string, unknown>
  const changed = Object.entries(policyOf(after)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]),
  )
  return Object.fromEntries(changed) as KeyChange
}
