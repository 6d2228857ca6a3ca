import { useState } from 'react'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { atItsRows } from './at-its-rows.ts'
import { type Model, type ModelBody, usePutModel } from './catalogue-api.ts'
import { generationBodyOf, generationValuesOf, isGenerating, NEW_GENERATION } from './generation-values.ts'
import { ModelFields, type ModelValues, newRoute } from './model-fields.tsx'

/** The server's names of prices, in the form's. */
const PRICES = {
  prices: 'input',
  'prices.input': 'input',
  'prices.output': 'output',
  'prices.cachedInput': 'cachedInput',
  generation: 'credits',
  'generation.prices': 'credits',
  'generation.prices.credits': 'credits',
  'generation.prices.byResolution': 'resolutions',
  'generation.maxOutputs': 'maxOutputs',
  'generation.aspectRatios': 'ratios',
  'generation.resolutions': 'resolutions',
  'generation.durations': 'durationMost',
  'generation.timeoutMs': 'timeoutSeconds',
}

/** Adds a model, or edits the one that is given. */
export function ModelDialog(props: { model?: Model; taken: readonly string[]; onClose: () => void }) {
  const { model, taken, onClose } = props
  const put = usePutModel(taken)
  const error = atItsRows(put.error, ['routes'], PRICES)
  const [initial] = useState(() => (model ? valuesOf(model) : newModel()))
  const form = useFields<ModelValues>(initial, error)
  const { values } = form
  const save = () => {
    const onSuccess = () => {
      saidSo(`The model ${values.id} is ${model ? 'changed' : 'ready'}`)
      onClose()
    }
    put.mutate({ id: values.id.trim(), body: bodyOf(values) }, { onSuccess })
  }
  return (
    <FormDialog
      title={model ? `Edit the model ${model.id}` : 'Add a model'}
      opened
      onClose={onClose}
      onSubmit={save}
      submit={model ? 'Save' : 'Add model'}
      busy={put.isPending}
      error={error}
      fields={values}
      size="lg"
    >
      <ModelFields {...form} isNew={!model} />
    </FormDialog>
  )
}

function newModel(): ModelValues {
  return {
    id: '',
    name: '',
    description: '',
    kind: 'chat',
    contextWindow: 128_000,
    maxOutputTokens: '',
    vision: false,
    input: '',
    output: '',
    cachedInput: '',
    ...NEW_GENERATION,
    routes: [newRoute()],
  }
}

function valuesOf(model: Model): ModelValues {
  const { id, name, description, kind, contextWindow, maxOutputTokens, vision, prices, routes } = model
  return {
    id,
    name: name ?? '',
    description: description ?? '',
    kind,
    contextWindow: contextWindow ?? 128_000,
    maxOutputTokens: maxOutputTokens ?? '',
    vision,
    ...generationValuesOf(model.generation),
    input: prices?.input ?? '',
    output: prices?.output ?? '',
    cachedInput: prices?.cachedInput ?? '',
    routes: routes.map((route) => ({ ...newRoute(), provider: route.provider, model: route.model ?? '' })),
  }
}

function bodyOf(values: ModelValues): ModelBody {
  const [name, description] = [values.name.trim(), values.description.trim()]
  return {
    kind: values.kind as ModelBody['kind'],
    routes: values.routes.map(({ provider, model }) => ({
      provider: provider ?? '',
      ...(model.trim() && { model: model.trim() }),
    })),
    ...(name && { name }),
    ...(description && { description }),
    ...(isGenerating(values.kind)
      ? { vision: false, generation: generationBodyOf(values) }
      : tokenBodyOf(values)),
  }
}

/** What models of chat and embedding have. */
function tokenBodyOf(values: ModelValues) {
  const { kind, vision, contextWindow, maxOutputTokens } = values
  const [input, output, cachedInput] = [
    values.input.trim(),
    kind === 'chat' ? values.output.trim() : '',
    values.cachedInput.trim(),
  ]
  const isPriced = [input, output, cachedInput].some((price) => price !== '')
  return {
    vision: kind === 'chat' && vision,
    contextWindow: Number(contextWindow),
    ...(maxOutputTokens !== '' && { maxOutputTokens: Number(maxOutputTokens) }),
    ...(isPriced && { prices: { input, ...(output && { output }), ...(cachedInput && { cachedInput }) } }),
  }
}
