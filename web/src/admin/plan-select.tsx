import { Select, type SelectProps } from '@mantine/core'
import { usePlans } from './people-api.ts'

/** A plan, or none of one's own: then the default plan holds. */
export function PlanSelect(props: Omit<SelectProps, 'data'>) {
  const plans = usePlans()
  const fallback = plans.data?.find(({ isDefault }) => isDefault)
  return (
    <Select
      placeholder={fallback ? `Default (${fallback.name})` : 'No plan'}
      clearable
      {...props}
      data={(plans.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      nothingFoundMessage={plans.isPending ? 'Loading …' : 'There are no plans yet'}
    />
  )
}
