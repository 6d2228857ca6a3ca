import type { paths } from '@claviger/sdk/paths'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'
import { refuseTaken } from './refuse-taken.ts'

type One = paths['/api/dashboard/admin/plans/{id}']
export type Plan = One['get']['responses'][200]['content']['application/json']['data']
export type Quota = Plan['quotas'][number]
type PlanBody = One['put']['requestBody']['content']['application/json']

function usePlanAction<V, R>(act: (variables: V) => Promise<R>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['plans'] }),
  })
}

/** @param taken ids that a new plan must not have */
export function usePutPlan(taken: readonly string[]) {
  return usePlanAction(async ({ id, ...body }: PlanBody & { id: string }) => {
    refuseTaken(id, taken, 'a plan')
    return answer(api.PUT('/api/dashboard/admin/plans/{id}', { params: { path: { id } }, body }))
  })
}

export function useDeletePlan() {
  return usePlanAction((id: string) =>
    answer(api.DELETE('/api/dashboard/admin/plans/{id}', { params: { path: { id } } })),
  )
}

const UNITS: Record<Quota['unit'], string> = {
  credits: 'credits',
  requests: 'requests',
  tokens: 'tokens',
  in_flight: 'in parallel',
}
const PERIODS: Record<Quota['period'], string> = {
  minute: 'a minute',
  day: 'a day',
  week: 'a week',
  month: 'a month',
  none: 'in all',
}
const SUBJECTS: Record<Quota['subject'], string> = {
  key: 'key',
  end_user: 'end user',
  project: 'project',
  user: 'user',
  organization: 'organisation',
}

const choices = <T extends string>(names: Record<T, string>) =>
  Object.entries<string>(names).map(([value, label]) => ({ value: value as T, label }))

export const SUBJECT_CHOICES = choices(SUBJECTS)
export const UNIT_CHOICES = choices(UNITS)
export const PERIOD_CHOICES = choices(PERIODS)

/** 100 credits a month for each key. */
export function quotaText({ subject, unit, period, amount }: Quota): string {
  const size = /^\d+$/.test(amount) ? BigInt(amount).toLocaleString('en-GB') : amount
  const what =
    unit === 'in_flight' ? `${size} requests in parallel` : `${size} ${UNITS[unit]} ${PERIODS[period]}`
  return `${what} for each ${SUBJECTS[subject]}`
}
