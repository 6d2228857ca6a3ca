import {
  ActionIcon,
  Anchor,
  Button,
  Collapse,
  Fieldset,
  Group,
  JsonInput,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { useFields } from '../parts/use-fields.ts'

export interface Header {
  readonly row: string
  readonly name: string
  readonly value: string
}

export interface ProviderValues {
  id: string
  /** `openai`, `http` or `sandbox`. */
  kind: string
  baseUrl: string
  /** The group `http` as JSON; of the kind `http` only. */
  http: string
  /** Of a new provider only. */
  credential: string
  headers: Header[]
  responses: boolean
  streamOptions: boolean
  maxCompletionTokens: boolean
  connections: number | string
  connectTimeoutMs: number | string
  headersTimeoutMs: number | string
  idleTimeoutMs: number | string
}

type Form = ReturnType<typeof useFields<ProviderValues>>

const KINDS = [
  { value: 'openai', label: "OpenAI's API" },
  { value: 'http', label: 'HTTP: any service that makes images, videos or sounds' },
  { value: 'sandbox', label: 'Sandbox: made-up answers, without a network' },
]

/** What is folded away at first; a fault unfolds it. */
const FOLDED = ['headers', 'connections', 'connectTimeoutMs', 'headersTimeoutMs', 'idleTimeoutMs'] as const

export function ProviderFields({ isNew, ...form }: Form & { isNew: boolean }) {
  const { field } = form
  const [chosen, { toggle }] = useDisclosure()
  const more = chosen || FOLDED.some((name) => field(name).error)
  return (
    <>
      {isNew && (
        <TextInput
          label="Id"
          description="Its name in routes, usage and logs; it stays"
          placeholder="mistral"
          pattern="[a-z0-9][a-z0-9._\-]{0,62}"
          title="Small letters, digits, full stops, hyphens and underscores"
          required
          data-autofocus
          {...field('id')}
        />
      )}
      {isNew && <Select label="Speaks" data={KINDS} allowDeselect={false} {...field('kind')} />}
      {form.values.kind !== 'sandbox' && <Address {...form} isNew={isNew} />}
      {form.values.kind === 'http' && <Mapping field={field} />}
      <div>
        <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={more}>
          {more ? 'Fewer settings' : 'Headers, times and more'}
        </Anchor>
        <Collapse expanded={more}>
          <Stack mt="sm">
            {form.values.kind === 'openai' && <Understands {...form} />}
            <Headers
              value={form.values.headers}
              onChange={(headers) => form.set({ headers })}
              error={field('headers').error}
            />
            <Times {...form} />
          </Stack>
        </Collapse>
      </div>
    </>
  )
}

function Mapping({ field }: Pick<Form, 'field'>) {
  return (
    <JsonInput
      label="Requests and answers"
      description="How a job is submitted and asked for, and where the answers name it and its files: the group http of a provider, as JSON"
      autosize
      minRows={10}
      maxRows={24}
      formatOnBlur
      validationError="This is not JSON yet"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8rem' } }}
      required
      {...field('http')}
    />
  )
}

function Address({ field, values, isNew }: Form & { isNew: boolean }) {
  return (
    <>
      <TextInput
        label="Base URL"
        description={values.kind === 'openai' ? 'Up to and with /v1' : 'What the paths below are added to'}
        type="url"
        placeholder="https://api.example.com/v1"
        pattern="https?://.+"
        title="An address that begins with https:// or http://"
        required
        {...field('baseUrl')}
      />
      {isNew && (
        <PasswordInput
          label="Credential"
          description="Sent as bearer token. It is stored encrypted and never shown again; more can be added later"
          autoComplete="off"
          maxLength={8192}
          {...field('credential')}
        />
      )}
    </>
  )
}

function Understands({ check }: Form) {
  return (
    <Fieldset legend="What it understands">
      <Stack gap="sm">
        <Switch
          label="The Responses API"
          description="Off: requests to /v1/responses are translated to chat"
          {...check('responses')}
        />
        <Switch
          label="stream_options"
          description="Off: usage of streams is counted here"
          {...check('streamOptions')}
        />
        <Switch
          label="max_completion_tokens"
          description="Off: max_tokens is sent in its place"
          {...check('maxCompletionTokens')}
        />
      </Stack>
    </Fieldset>
  )
}

function Headers(props: {
  value: Header[]
  onChange: (value: Header[]) => void
  error?: string | undefined
}) {
  const { value, onChange, error } = props
  const change = (row: string, changes: Partial<Header>) =>
    onChange(value.map((header) => (header.row === row ? { ...header, ...changes } : header)))
  return (
    <Fieldset legend="Headers of every request">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          They are stored readable. What opens something belongs among the credentials.
        </Text>
        {value.map(({ row, name, value: text }, index) => (
          <Group key={row} gap="xs" wrap="nowrap" role="group" aria-label={`Header ${index + 1}`}>
            <TextInput
              aria-label="Name"
              placeholder="x-version"
              value={name}
              onChange={({ currentTarget }) => change(row, { name: currentTarget.value })}
              flex={1}
            />
            <TextInput
              aria-label="Value"
              placeholder="2026-01"
              value={text}
              onChange={({ currentTarget }) => change(row, { value: currentTarget.value })}
              flex={1}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove header ${index + 1}`}
              onClick={() => onChange(value.filter((header) => header.row !== row))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...value, { row: crypto.randomUUID(), name: '', value: '' }])}
          >
            Add a header
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  )
}

function Times({ field }: Form) {
  const common = { min: 1, allowDecimal: false, required: true, thousandSeparator: ',' } as const
  return (
    <Fieldset legend="Connections and times">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput label="Connections, at most" {...common} max={10_000} {...field('connections')} />
        <NumberInput label="Time to connect" suffix=" ms" {...common} {...field('connectTimeoutMs')} />
        <NumberInput
          label="Time until the answer begins"
          suffix=" ms"
          {...common}
          {...field('headersTimeoutMs')}
        />
        <NumberInput label="Longest silence" suffix=" ms" {...common} {...field('idleTimeoutMs')} />
      </SimpleGrid>
    </Fieldset>
  )
}
