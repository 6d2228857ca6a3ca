import {
  Fieldset,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import type { useFields } from '../parts/use-fields.ts'
import { type RouteRow, RouteRows } from './route-rows.tsx'

export interface ModelValues {
  id: string
  name: string
  description: string
  /** `chat` or `embedding`. */
  kind: string
  contextWindow: number | string
  maxOutputTokens: number | string
  vision: boolean
  /** Credits per million tokens, as decimal texts; empty: none. */
  input: string
  output: string
  cachedInput: string
  routes: RouteRow[]
}

type Form = ReturnType<typeof useFields<ModelValues>>

const KINDS = [
  { value: 'chat', label: 'Chat' },
  { value: 'embedding', label: 'Embedding' },
]

export function newRoute(): RouteRow {
  return { row: crypto.randomUUID(), provider: null, model: '' }
}

export function ModelFields({ isNew, ...form }: Form & { isNew: boolean }) {
  const { values, field, check, set } = form
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {isNew && (
          <TextInput
            label="Id"
            description="The name that programs ask for; it stays"
            placeholder="mistral-large"
            pattern="[A-Za-z0-9][A-Za-z0-9._:\/@\-]{0,126}"
            title="Letters, digits and . _ : / @ -, beginning with a letter or digit"
            required
            data-autofocus
            {...field('id')}
          />
        )}
        <TextInput label="Display name" description="What people read" maxLength={200} {...field('name')} />
      </SimpleGrid>
      <Textarea
        label="Description"
        description="Shown in the list of models"
        autosize
        minRows={1}
        maxRows={5}
        maxLength={2000}
        {...field('description')}
      />
      <KindAndSize field={field} />
      {values.kind === 'chat' && <Switch label="Takes images" {...check('vision')} />}
      <Prices {...form} />
      <RouteRows
        value={values.routes}
        onChange={(routes) => set({ routes })}
        onAdd={() => set({ routes: [...values.routes, newRoute()] })}
        error={field('routes').error}
      />
    </>
  )
}

function KindAndSize({ field }: Pick<Form, 'field'>) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Select label="Kind" data={KINDS} allowDeselect={false} {...field('kind')} />
      <NumberInput
        label="Window, tokens"
        min={1}
        max={100_000_000}
        allowDecimal={false}
        hideControls
        thousandSeparator=","
        required
        {...field('contextWindow')}
      />
      <NumberInput
        label="Output at most, tokens"
        placeholder="The window"
        min={1}
        max={100_000_000}
        allowDecimal={false}
        hideControls
        thousandSeparator=","
        {...field('maxOutputTokens')}
      />
    </SimpleGrid>
  )
}

function Prices({ values, field }: Form) {
  const common = {
    inputMode: 'decimal',
    placeholder: '0.00',
    pattern: '\\d{1,9}(\\.\\d{1,9})?',
    title: 'A decimal such as 2.50, with at most nine decimals',
  } as const
  return (
    <Fieldset legend="Credits per million tokens" p="sm">
      <Group grow align="flex-start">
        <TextInput label="Input" {...common} {...field('input')} />
        {values.kind === 'chat' && <TextInput label="Output" {...common} {...field('output')} />}
        <TextInput label="Cached" {...common} placeholder="As input" {...field('cachedInput')} />
      </Group>
      <Text size="sm" c="dimmed" mt="xs">
        A new price holds from the next request; one under way keeps the price it began with. Without prices
        nothing is charged.
      </Text>
    </Fieldset>
  )
}
