import { Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ErrorNote } from '../parts/error-note.tsx'
import { saidSo } from '../parts/said-so.ts'
import { PlanSelect } from './plan-select.tsx'

/** The plan of a user or an organisation, to be changed where it stands. */
export function PlanCell(props: {
  of: string
  plan: string | null
  onSave: (plan: string | null) => Promise<unknown>
}) {
  const { of, plan, onSave } = props
  const change = useMutation({
    mutationFn: onSave,
    onSuccess: (_, next) =>
      saidSo(next === null ? `${of} has the default plan now` : `${of} has the plan ${next} now`),
  })
  return (
    <Stack gap={4}>
      <PlanSelect
        aria-label={`Plan of ${of}`}
        size="xs"
        w={170}
        value={plan}
        onChange={(next) => next !== plan && change.mutate(next)}
        disabled={change.isPending}
      />
      <ErrorNote error={change.error} />
    </Stack>
  )
}
