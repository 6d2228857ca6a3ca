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
import { GenerationFields } from './generation-fields.tsx'
import { type GenerationValues, isGenerating } from './generation-values.ts'
import { type RouteRow, RouteRows } from './route-rows.tsx'

export interface ModelValues extends GenerationValues {
  id: string
  name: string
  description: string
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
  { value: 'image', label: 'Image' },
  { value: 'video', label: 'Video' },
  { value: 'audio', label: 'Audio' },
  { value: 'text', label: 'Text, by tasks' },
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
      <KindAndSize field={field} sized={!isGenerating(values.kind)} />
      {values.kind === 'chat' && <Switch label="Takes images" {...check('vision')} />}
      {isGenerating(values.kind) ? <GenerationFields {...form} /> : <Prices {...form} />}
      <RouteRows
        value={values.routes}
        onChange={(routes) => set({ routes })}
        onAdd={() => set({ routes: [...values.routes, newRoute()] })}
        error={field('routes').error}
      />
    </>
  )
}

function KindAndSize({ field, sized }: Pick<Form, 'field'> & { sized: boolean }) {
  const kind = <Select label="Kind" data={KINDS} allowDeselect={false} {...field('kind')} />
  if (!sized) return <SimpleGrid cols={{ base: 1, xs: 3 }}>{kind}</SimpleGrid>
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      {kind}
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
    pattern: '\\s*\\d{1,9}(\\.\\d{1,9})?\\s*',
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
