import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { credits, typedDecimal } from '../parts/figures.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { useGrantCredits } from './people-api.ts'

interface GrantValues {
  amount: string
  note: string
  reference: string
}

/** Adds credits to the balance of an organisation or a user. */
export function GrantDialog(props: {
  name: string
  to: { organizationId: string } | { userId: string }
  onClose: () => void
}) {
  const { name, to, onClose } = props
  // Sent again after a lost answer, it is still one grant.
  const [attempt] = useState(() => `dashboard-${crypto.randomUUID()}`)
  const grant = useGrantCredits()
  const { values, field } = useFields<GrantValues>({ amount: '', note: '', reference: '' }, grant.error)
  const send = () => {
    const note = values.note.trim()
    const body = {
      ...to,
      amount: typedDecimal(values.amount),
      reference: values.reference.trim() || attempt,
      ...(note && { note }),
    }
    grant.mutate(body, {
      onSuccess: ({ amount, replayed, balance }) => {
        const left = `${credits(balance.remaining)} credits are left`
        saidSo(
          replayed
            ? `Nothing was added: this reference was used before. ${left}`
            : `${name} has ${credits(amount)} credits more; ${left}`,
        )
        onClose()
      },
    })
  }
  return (
    <FormDialog
      title={`Grant credits to ${name}`}
      opened
      onClose={onClose}
      onSubmit={send}
      submit="Grant credits"
      busy={grant.isPending}
      error={grant.error}
      fields={values}
    >
      <GrantFields field={field} />
    </FormDialog>
  )
}

function GrantFields({ field }: Pick<ReturnType<typeof useFields<GrantValues>>, 'field'>) {
  return (
    <>
      <TextInput
        label="Credits"
        description="Above 0, with at most nine decimals. A grant cannot be taken back here"
        placeholder="25.00"
        inputMode="decimal"
        required
        maxLength={40}
        data-autofocus
        {...field('amount')}
      />
      <TextInput
        label="Note"
        description="Stands beside the entry on the balance page, for everybody who sees it"
        placeholder="Top-up for November"
        maxLength={500}
        {...field('note')}
      />
      <TextInput
        label="Reference"
        description="For example the number of a payment; the same reference is never credited twice"
        placeholder="invoice-2026-117"
        maxLength={255}
        {...field('reference')}
      />
    </>
  )
}
