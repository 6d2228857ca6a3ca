import {
  Button,
  Input,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  Textarea,
} from '@mantine/core'
import { IconSparkles } from '@tabler/icons-react'
import { type KeyboardEvent, useId } from 'react'
import { onSubmit } from '../parts/on-submit.ts'
import type { GenerationModel } from './generation-api.ts'
import type { Draft } from './studio.ts'

const PLACEHOLDERS = {
  image: 'A lighthouse at dusk, in watercolour',
  video: 'Waves that break on a pier, slowly, from above',
  audio: 'Good morning, and welcome on board.',
  text: 'A short poem about keys',
} as const

/** Whether one can say what it shall not show. */
function isSeen(kind: GenerationModel['kind']): boolean {
  return kind === 'image' || kind === 'video'
}

/** What is to be made; only the fields that the model knows. */
export function WishFields(props: {
  models: readonly GenerationModel[]
  chosen: GenerationModel
  draft: Draft
  onChange: (changes: Partial<Draft>) => void
  onMake: () => void
}) {
  const { models, chosen, draft, onChange, onMake } = props
  const ready = draft.prompt.trim() !== ''
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !ready) return
    event.preventDefault()
    onMake()
  }
  return (
    <form onSubmit={onSubmit(() => ready && onMake())}>
      <Stack gap="md">
        <ModelChoice models={models} chosen={chosen} onChange={onChange} />
        <Textarea
          label="Prompt"
          placeholder={PLACEHOLDERS[chosen.kind]}
          autosize
          minRows={3}
          maxRows={10}
          maxLength={2000}
          required
          value={draft.prompt}
          onChange={(event) => onChange({ prompt: event.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
        <Shape chosen={chosen} draft={draft} onChange={onChange} />
        {isSeen(chosen.kind) && (
          <Textarea
            label="Without"
            placeholder="What it shall not show"
            autosize
            minRows={1}
            maxRows={4}
            maxLength={1000}
            value={draft.negative}
            onChange={(event) => onChange({ negative: event.currentTarget.value })}
          />
        )}
        <div>
          <Button type="submit" fullWidth disabled={!ready} leftSection={<IconSparkles size={16} />}>
            Generate
          </Button>
          <Text size="xs" c="dimmed" mt={4} visibleFrom="sm">
            Control and Enter do the same.
          </Text>
        </div>
      </Stack>
    </form>
  )
}

function ModelChoice(props: {
  models: readonly GenerationModel[]
  chosen: GenerationModel
  onChange: (changes: Partial<Draft>) => void
}) {
  const { models, chosen, onChange } = props
  return (
    <div>
      <Select
        label="Model"
        searchable
        allowDeselect={false}
        data={models.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen.id}
        onChange={(model) => onChange({ model })}
        nothingFoundMessage="No model of this name"
      />
      <Text size="xs" c="dimmed" mt={4}>
        {chosen.description && `${chosen.description} `}
        {priceWords(chosen)}
      </Text>
    </div>
  )
}

function Shape(props: {
  chosen: GenerationModel
  draft: Draft
  onChange: (changes: Partial<Draft>) => void
}) {
  const { draft, onChange } = props
  const { max_outputs, aspect_ratios, resolutions, durations, editing } = props.chosen.generation
  return (
    <>
      {aspect_ratios.length > 1 && (
        <Select
          label="Ratio"
          data={[...aspect_ratios]}
          allowDeselect={false}
          value={
            draft.ratio && aspect_ratios.includes(draft.ratio) ? draft.ratio : (aspect_ratios[0] ?? null)
          }
          onChange={(ratio) => onChange({ ratio })}
        />
      )}
      {resolutions.length > 0 && (
        <Select
          label="Resolution"
          placeholder="As the model has it"
          clearable
          data={[...resolutions]}
          value={draft.resolution && resolutions.includes(draft.resolution) ? draft.resolution : null}
          onChange={(resolution) => onChange({ resolution })}
        />
      )}
      {durations && <Length durations={durations} value={draft.duration} onChange={onChange} />}
      {max_outputs > 1 && (
        <Outputs
          most={max_outputs}
          value={Math.min(draft.outputs, max_outputs)}
          onChange={(outputs) => onChange({ outputs })}
        />
      )}
      {editing && (
        <TagsInput
          label="From images"
          description="Addresses of images to start from, at most nine. Press Enter after each"
          placeholder={draft.images.length === 0 ? 'https://example.com/photo.png' : ''}
          maxTags={9}
          value={[...draft.images]}
          onChange={(images) => onChange({ images })}
        />
      )}
    </>
  )
}

function Length(props: {
  durations: NonNullable<GenerationModel['generation']['durations']>
  value: Draft['duration']
  onChange: (changes: Partial<Draft>) => void
}) {
  const { durations, value, onChange } = props
  return (
    <NumberInput
      label="Length"
      suffix=" seconds"
      placeholder={`${durations.default} seconds`}
      min={durations.min}
      max={durations.max}
      allowDecimal={false}
      value={value}
      onChange={(value) => onChange({ duration: value === '' ? '' : Number(value) })}
    />
  )
}

function Outputs(props: { most: number; value: number; onChange: (value: number) => void }) {
  const label = useId()
  return (
    <div>
      <Input.Label component="div" id={label} mb={4}>
        How many
      </Input.Label>
      <SegmentedControl
        fullWidth
        aria-labelledby={label}
        data={Array.from({ length: props.most }, (_, index) => String(index + 1))}
        value={String(props.value)}
        onChange={(value) => props.onChange(Number(value))}
      />
    </div>
  )
}

/** What each costs, and at which resolutions more or less. */
function priceWords({ generation: { prices } }: GenerationModel): string {
  if (!prices) return 'Costs nothing.'
  const others = Object.entries(prices.by_resolution).map(([name, credits]) => `${credits} at ${name}`)
  const each = prices.per === 'second' ? 'a second' : 'each'
  return `${[`${prices.credits} credits ${each}`, ...others].join(', ')}.`
}
