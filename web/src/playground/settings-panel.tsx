import type { operations } from '@claviger/sdk/paths'
import { NumberInput, Select, Stack, Text, Textarea } from '@mantine/core'
import type { Conversation, Settings } from './conversation.ts'

export type ChatModel =
  operations['getApiDashboardPlaygroundModels']['responses'][200]['content']['application/json']['data'][number]

export function SettingsPanel(props: {
  models: readonly ChatModel[]
  chosen: ChatModel | undefined
  settings: Settings
  conversation: Conversation
}) {
  const { models, chosen, settings, conversation } = props
  return (
    <Stack gap="md">
      <Select
        label="Model"
        searchable
        allowDeselect={false}
        data={models.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen?.id ?? null}
        onChange={(model) => conversation.change({ model })}
        nothingFoundMessage="No model of this name"
      />
      {chosen && <AboutModel model={chosen} />}
      <Textarea
        label="System text"
        description="What the model is told before the conversation."
        placeholder="You are a helpful assistant."
        autosize
        minRows={2}
        maxRows={8}
        value={settings.system}
        onChange={(event) => conversation.change({ system: event.currentTarget.value })}
      />
      <Numbers settings={settings} conversation={conversation} />
    </Stack>
  )
}

function Numbers({ settings, conversation }: { settings: Settings; conversation: Conversation }) {
  return (
    <>
      <NumberInput
        label="Maximum of tokens"
        description="Of an answer. Empty: what the model and the budget allow."
        min={1}
        step={100}
        allowDecimal={false}
        allowNegative={false}
        value={settings.maxTokens}
        onChange={(value) => conversation.change({ maxTokens: numberOrEmpty(value) })}
      />
      <NumberInput
        label="Temperature"
        description="0 repeats itself, 1 and above varies. Empty: the provider's own."
        min={0}
        max={2}
        step={0.1}
        decimalScale={2}
        value={settings.temperature}
        onChange={(value) => conversation.change({ temperature: numberOrEmpty(value) })}
      />
    </>
  )
}

function numberOrEmpty(value: number | string): number | '' {
  const text = String(value)
  return text === '' || Number.isNaN(Number(text)) ? '' : Number(text)
}

function AboutModel({ model }: { model: ChatModel }) {
  const { input, output } = model.prices
  const free = input === null && output === null
  return (
    <Text size="xs" c="dimmed" component="div" mt={-8}>
      {model.description && <div>{model.description}</div>}
      <div>
        {free
          ? 'Costs nothing'
          : `${input ?? '0'} credits a million tokens read, ${output ?? '0'} a million written`}
        ; {Math.round(model.context_window / 1000)}k tokens of context.
      </div>
    </Text>
  )
}
