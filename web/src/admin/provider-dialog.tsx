import { useState } from 'react'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { atItsRows } from './at-its-rows.ts'
import { type Provider, type ProviderBody, usePutProvider } from './catalogue-api.ts'
import { ProviderFields, type ProviderValues } from './provider-fields.tsx'

/** A service that makes images in its own time, as many do. */
const EXAMPLE = {
  submit: {
    path: '/generate',
    body: { model: '{model}', prompt: '{prompt}', aspect_ratio: '{aspectRatio}' },
  },
  id: '/id',
  poll: { path: '/jobs/{id}', everyMs: 2000 },
  status: '/status',
  outputs: '/output/*/url',
  error: '/error',
}

const NEW_PROVIDER: ProviderValues = {
  id: '',
  kind: 'openai',
  baseUrl: '',
  http: JSON.stringify(EXAMPLE, null, 2),
  credential: '',
  headers: [],
  responses: false,
  streamOptions: true,
  maxCompletionTokens: true,
  connections: 256,
  connectTimeoutMs: 3000,
  headersTimeoutMs: 120_000,
  idleTimeoutMs: 60_000,
}

/** Adds a provider, or edits the one that is given. */
export function ProviderDialog(props: {
  provider?: Provider
  taken: readonly string[]
  onClose: () => void
}) {
  const { provider, onClose } = props
  // As the list was: a second attempt may find the provider made, and only its credential missing.
  const [taken] = useState(props.taken)
  const put = usePutProvider(taken)
  const error = atItsRows(put.error, ['headers', 'http'], { text: 'credential' })
  const form = useFields<ProviderValues>(provider ? valuesOf(provider) : NEW_PROVIDER, error)
  const { values } = form
  const save = () => {
    const onSuccess = () => {
      saidSo(provider ? `${provider.id} is changed` : `${values.id} is ready; test the connection next`)
      onClose()
    }
    const credential = values.kind === 'sandbox' ? '' : values.credential.trim()
    put.mutate({ id: values.id.trim(), body: bodyOf(values, provider), credential }, { onSuccess })
  }
  return (
    <FormDialog
      title={provider ? `Edit the provider ${provider.id}` : 'Add a provider'}
      opened
      onClose={onClose}
      onSubmit={save}
      submit={provider ? 'Save' : 'Add provider'}
      busy={put.isPending}
      error={error}
      fields={values}
      size="lg"
    >
      <ProviderFields {...form} isNew={!provider} />
    </FormDialog>
  )
}

function valuesOf(provider: Provider): ProviderValues {
  const { id, kind, baseUrl, headers, supports, connections } = provider
  const { connectTimeoutMs, headersTimeoutMs, idleTimeoutMs } = provider
  return {
    id,
    kind,
    baseUrl: baseUrl ?? '',
    http: JSON.stringify(provider.http ?? EXAMPLE, null, 2),
    credential: '',
    headers: Object.entries(headers).map(([name, value]) => ({ row: crypto.randomUUID(), name, value })),
    ...supports,
    connections,
    connectTimeoutMs,
    headersTimeoutMs,
    idleTimeoutMs,
  }
}

/** @param before of an entry that is edited: what the form does not show stays */
function bodyOf(values: ProviderValues, before: Provider | undefined): ProviderBody {
  const { kind, baseUrl, headers, responses, streamOptions, maxCompletionTokens } = values
  const filled = headers.filter(({ name }) => name.trim() !== '')
  return {
    kind: kind as ProviderBody['kind'],
    ...(kind !== 'sandbox' && { baseUrl: baseUrl.trim() }),
    ...(kind === 'http' && { http: mappingOf(values.http) }),
    ...(before?.images && { images: before.images }),
    ...(before?.speech && { speech: before.speech }),
    headers: Object.fromEntries(filled.map(({ name, value }) => [name.trim(), value.trim()])),
    supports: { responses, streamOptions, maxCompletionTokens },
    connections: Number(values.connections),
    connectTimeoutMs: Number(values.connectTimeoutMs),
    headersTimeoutMs: Number(values.headersTimeoutMs),
    idleTimeoutMs: Number(values.idleTimeoutMs),
  }
}

/** What is no JSON is refused by the server, in its words. */
function mappingOf(text: string): NonNullable<ProviderBody['http']> {
  try {
    return JSON.parse(text)
  } catch {
    return {} as NonNullable<ProviderBody['http']>
  }
}
