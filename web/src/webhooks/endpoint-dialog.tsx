import { MultiSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { NewSecret } from './new-secret.tsx'
import { type Endpoint, EVENTS, type EventName, useChangeEndpoint, useCreateEndpoint } from './webhook-api.ts'

interface Values {
  url: string
  description: string
  events: EventName[]
}

const bodyOf = ({ url, description, events }: Values) => ({
  url: url.trim(),
  description: description.trim() || null,
  events,
})

export function CreateEndpointDialog({ onClose }: { onClose: () => void }) {
  const [attempt] = useState(() => crypto.randomUUID())
  const create = useCreateEndpoint(attempt)
  const form = useFields<Values>({ url: '', description: '', events: [] }, create.error)
  if (create.data) {
    return <NewSecret title="The endpoint is ready" secret={create.data.secret} onClose={onClose} />
  }
  return (
    <FormDialog
      title="Add an endpoint"
      opened
      onClose={onClose}
      onSubmit={() => create.mutate(bodyOf(form.values))}
      submit="Add endpoint"
      busy={create.isPending}
      error={create.error}
      fields={form.values}
    >
      <EndpointFields {...form} />
    </FormDialog>
  )
}

export function EditEndpointDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const change = useChangeEndpoint(endpoint.id)
  const { url, description, events } = endpoint
  const form = useFields<Values>({ url, description: description ?? '', events: [...events] }, change.error)
  const save = () => {
    const onSuccess = () => {
      saidSo('The endpoint is changed; what is on its way goes to the address that it began with')
      onClose()
    }
    change.mutate(bodyOf(form.values), { onSuccess })
  }
  return (
    <FormDialog
      title="Edit the endpoint"
      opened
      onClose={onClose}
      onSubmit={save}
      submit="Save"
      busy={change.isPending}
      error={change.error}
      fields={form.values}
    >
      <EndpointFields {...form} />
    </FormDialog>
  )
}

function EndpointFields({ values, field }: Pick<ReturnType<typeof useFields<Values>>, 'values' | 'field'>) {
  return (
    <>
      <TextInput
        label="URL"
        type="url"
        description="Gets a POST of JSON for each event, and answers with 2xx within seconds"
        placeholder="https://example.com/webhook"
        maxLength={2048}
        required
        data-autofocus
        {...field('url')}
      />
      <TextInput
        label="Description"
        placeholder="Order system, production"
        maxLength={200}
        {...field('description')}
      />
      <MultiSelect
        label="Events"
        description="What it is told of"
        placeholder={values.events.length === 0 ? 'All events' : ''}
        data={EVENTS}
        clearable
        {...field('events')}
      />
    </>
  )
}
