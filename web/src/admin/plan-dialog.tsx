import { NumberInput, SimpleGrid, TextInput } from '@mantine/core'
import { typedDecimal } from '../parts/figures.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { AllOrNames } from './all-or-names.tsx'
import { atItsRows } from './at-its-rows.ts'
import { useModels } from './catalogue-api.ts'
import { type Plan, usePutPlan } from './plan-api.ts'
import { type QuotaRow, QuotaRows, rowsOf } from './quota-rows.tsx'

interface PlanValues {
  id: string
  name: string
  rank: number | string
  models: string[] | null
  tools: string[] | null
  quotas: QuotaRow[]
}

const NEW_PLAN: PlanValues = { id: '', name: '', rank: 0, models: null, tools: null, quotas: [] }
/** What the server names of a limit without its list. */
const OF_A_LIMIT = { amount: 'quotas', unit: 'quotas', period: 'quotas', subject: 'quotas' }

/** Creates a plan, or edits the one that is given. */
export function PlanDialog(props: { plan?: Plan; taken: readonly string[]; onClose: () => void }) {
  const { plan, taken, onClose } = props
  const put = usePutPlan(taken)
  const error = atItsRows(put.error, ['quotas', 'models', 'tools'], OF_A_LIMIT)
  const form = useFields<PlanValues>(plan ? { ...plan, quotas: rowsOf(plan.quotas) } : NEW_PLAN, error)
  const { values } = form
  const save = () => {
    const onSuccess = () => {
      saidSo(`The plan ${values.name || values.id} is ${plan ? 'changed' : 'ready'}`)
      onClose()
    }
    put.mutate(bodyOf(values), { onSuccess })
  }
  return (
    <FormDialog
      title={plan ? `Edit the plan ${plan.name}` : 'Create a plan'}
      opened
      onClose={onClose}
      onSubmit={save}
      submit={plan ? 'Save' : 'Create plan'}
      busy={put.isPending}
      error={error}
      fields={values}
      size="xl"
    >
      <PlanFields {...form} isNew={!plan} />
    </FormDialog>
  )
}

function PlanFields({
  values,
  field,
  set,
  isNew,
}: ReturnType<typeof useFields<PlanValues>> & { isNew: boolean }) {
  const models = useModels()
  const { error: modelsFault } = field('models')
  const { error: toolsFault } = field('tools')
  return (
    <>
      <Names field={field} isNew={isNew} />
      <QuotaRows value={values.quotas} onChange={(quotas) => set({ quotas })} error={field('quotas').error} />
      <AllOrNames
        all="All models"
        label="Models"
        description="Only these may be called"
        value={values.models}
        onChange={(names) => set({ models: names })}
        suggestions={(models.data ?? []).map(({ id }) => id)}
        error={modelsFault}
      />
      <AllOrNames
        all="All tools"
        label="Tools"
        description="Only these may be used in requests, for example web_search. Press Enter after each"
        value={values.tools}
        onChange={(tools) => set({ tools })}
        error={toolsFault}
      />
    </>
  )
}

function Names({
  field,
  isNew,
}: Pick<ReturnType<typeof useFields<PlanValues>>, 'field'> & { isNew: boolean }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: isNew ? 3 : 2 }}>
      {isNew && (
        <TextInput
          label="Id"
          description="In the configuration and the API; it stays"
          placeholder="individual-max"
          pattern="[a-z0-9][a-z0-9._\-]{0,62}"
          title="Small letters, digits, full stops, hyphens and underscores"
          required
          data-autofocus
          {...field('id')}
        />
      )}
      <TextInput
        label="Name"
        description="What people read"
        placeholder="Individual Max"
        required
        maxLength={200}
        {...field('name')}
      />
      <NumberInput
        label="Rank"
        description="The higher has more"
        min={0}
        max={1_000_000}
        allowDecimal={false}
        hideControls
        required
        {...field('rank')}
      />
    </SimpleGrid>
  )
}

function bodyOf({ id, name, rank, models, tools, quotas }: PlanValues) {
  return {
    id: id.trim(),
    name: name.trim(),
    rank: Number(rank),
    models,
    tools,
    quotas: quotas.map(({ row: _, ...quota }) => ({ ...quota, amount: typedDecimal(quota.amount) })),
  }
}
