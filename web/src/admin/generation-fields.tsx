import {
  Fieldset,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import type { useFields } from '../parts/use-fields.ts'
import { type GenerationValues, isSeen, isTimed } from './generation-values.ts'

type AnyForm = Pick<
  ReturnType<typeof useFields<GenerationValues & { kind: string }>>,
  'values' | 'field' | 'check' | 'set'
>

const DECIMAL = {
  inputMode: 'decimal',
  placeholder: '0.00',
  pattern: '\\s*\\d{1,9}(\\.\\d{1,9})?\\s*',
  title: 'A decimal such as 0.04, with at most nine decimals',
} as const

/** What a model that makes files allows, and what it costs. */
export function GenerationFields(form: AnyForm) {
  return (
    <>
      <Allowed {...form} />
      <Prices {...form} />
    </>
  )
}

function Allowed({ values, field, check }: AnyForm) {
  const timed = isTimed(values.kind)
  return (
    <Fieldset legend="What a task may ask for" p="sm">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label="Outputs, at most"
            min={1}
            max={4}
            allowDecimal={false}
            {...field('maxOutputs')}
          />
          <NumberInput
            label="Time-out"
            suffix=" seconds"
            min={1}
            allowDecimal={false}
            {...field('timeoutSeconds')}
          />
        </SimpleGrid>
        <TagsInput
          label="Ratios"
          description="The first is the usual one. Press Enter after each"
          placeholder={values.ratios.length === 0 ? '16:9' : ''}
          {...field('ratios')}
        />
        <TagsInput
          label="Resolutions"
          description="Press Enter after each"
          placeholder={values.resolutions.length === 0 ? '1k' : ''}
          {...field('resolutions')}
        />
        {timed && <Durations field={field} />}
        {isSeen(values.kind) && <Switch label="Takes images to start from" {...check('editing')} />}
      </Stack>
    </Fieldset>
  )
}

function Prices({ values, field, set }: AnyForm) {
  return (
    <Fieldset legend="Price in credits" p="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="Each" {...DECIMAL} {...field('credits')} />
        <Select
          label="Counted"
          data={[
            { value: 'output', label: 'by file' },
            ...(isTimed(values.kind) ? [{ value: 'second', label: 'by second' }] : []),
          ]}
          allowDeselect={false}
          {...field('per')}
        />
        {values.resolutions.map((name) => (
          <TextInput
            key={name}
            label={`At ${name}`}
            {...DECIMAL}
            placeholder="The same"
            value={values.resolutionPrices[name] ?? ''}
            onChange={({ currentTarget }) =>
              set({ resolutionPrices: { ...values.resolutionPrices, [name]: currentTarget.value } })
            }
          />
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="xs">
        Charged for what was made, when it is there. A task keeps the price that it began with. Without a
        price nothing is charged.
      </Text>
    </Fieldset>
  )
}

function Durations({ field }: Pick<AnyForm, 'field'>) {
  const common = { min: 1, max: 60, allowDecimal: false, hideControls: true, suffix: ' s' } as const
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <NumberInput label="Shortest" {...common} {...field('durationLeast')} />
      <NumberInput label="Longest" {...common} {...field('durationMost')} />
      <NumberInput label="Usual" {...common} {...field('durationUsual')} />
    </SimpleGrid>
  )
}
