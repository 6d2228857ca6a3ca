import type { operations, paths } from '@claviger/sdk/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

type Endpoints = paths['/api/dashboard/webhooks']
type OneEndpoint = paths['/api/dashboard/webhooks/{id}']
type Secret = paths['/api/dashboard/webhook-secret']
type Deliveries = operations['getApiDashboardWebhookDeliveries']
type OneDelivery = operations['getApiDashboardWebhookDeliveriesById']
type DeliveryQuery = NonNullable<Deliveries['parameters']['query']>

export type Endpoint = Endpoints['get']['responses'][200]['content']['application/json']['data'][number]
export type EndpointBody = Endpoints['post']['requestBody']['content']['application/json']
type EndpointChange = OneEndpoint['patch']['requestBody']['content']['application/json']
export type EventName = Endpoint['events'][number]
/** What signs deliveries to the addresses that tasks name; one for each person in an organisation. */
export type OwnSecret = Secret['get']['responses'][200]['content']['application/json']['data']
export type Delivery = Deliveries['responses'][200]['content']['application/json']['data'][number]
export type DeliveryDetail = OneDelivery['responses'][200]['content']['application/json']['data']
export type Attempt = DeliveryDetail['attempt_log'][number]

/** How often what is under way is read again. */
export const BUSY_MS = 1500

export interface DeliveryFilters {
  readonly endpoint?: string | undefined
  readonly subject?: string | undefined
  readonly state?: string | undefined
  readonly event?: string | undefined
}

export const EVENTS: { value: EventName; label: string }[] = [
  { value: 'task.completed', label: 'A task is completed' },
  { value: 'task.failed', label: 'A task failed' },
  { value: 'key.created', label: 'An API key was created' },
  { value: 'key.revoked', label: 'An API key was revoked' },
  { value: 'key.expiring', label: 'An API key expires soon' },
  { value: 'budget.threshold', label: 'A budget passes a threshold' },
  { value: 'balance.low', label: 'The balance is low' },
]

/** @param may whether the person may manage endpoints; others see none */
export function useEndpoints(may: boolean) {
  return useQuery({
    enabled: may,
    queryKey: ['webhooks', 'endpoints'],
    queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/webhooks', { signal }))).data,
  })
}

export function useOwnSecret() {
  return useQuery({
    queryKey: ['webhooks', 'secret'],
    queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/webhook-secret', { signal }))).data,
  })
}

/** A change of webhooks, after which all of them are read again. */
function useWebhookAction<V, R>(act: (variables: V) => Promise<R>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
  })
}

/** The endpoint and, this once, its secret. A repetition within one dialog makes no second endpoint. */
export function useCreateEndpoint(attempt: string) {
  const headers = { 'Idempotency-Key': attempt }
  return useWebhookAction((body: EndpointBody) =>
    answer(api.POST('/api/dashboard/webhooks', { body, headers })),
  )
}

export function useChangeEndpoint(id: string) {
  return useWebhookAction((body: EndpointChange) =>
    answer(api.PATCH('/api/dashboard/webhooks/{id}', { params: { path: { id } }, body })),
  )
}

export function useDeleteEndpoint(id: string) {
  return useWebhookAction((_: undefined) =>
    answer(api.DELETE('/api/dashboard/webhooks/{id}', { params: { path: { id } } })),
  )
}

/** Another secret; the one before goes on signing beside it for so many hours. */
export function useRotateEndpoint(id: string) {
  return useWebhookAction((overlap_hours: number) => {
    const body = { overlap_hours }
    return answer(api.POST('/api/dashboard/webhooks/{id}/rotate', { params: { path: { id } }, body }))
  })
}

export function useTestEndpoint(id: string) {
  return useWebhookAction((_: undefined) =>
    answer(api.POST('/api/dashboard/webhooks/{id}/test', { params: { path: { id } } })),
  )
}

export function useRotateOwnSecret() {
  return useWebhookAction((overlap_hours: number) =>
    answer(api.POST('/api/dashboard/webhook-secret', { body: { overlap_hours } })),
  )
}

export function listDeliveries(filters: DeliveryFilters, cursor: string | undefined, signal: AbortSignal) {
  const { state, ...others } = filters
  const query = { ...others, cursor, ...(state && { state: state as DeliveryQuery['state'] }) }
  return answer(api.GET('/api/dashboard/webhook-deliveries', { params: { query }, signal }))
}

/** One delivery with its attempts; read again while it is under way. */
export function useDelivery(id: string | undefined) {
  return useQuery({
    queryKey: ['webhooks', 'delivery', id],
    queryFn: async ({ signal }) => {
      const params = { path: { id: id ?? '' } }
      return (await answer(api.GET('/api/dashboard/webhook-deliveries/{id}', { params, signal }))).data
    },
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'pending' ? BUSY_MS : false),
  })
}

export function useRedeliver() {
  return useWebhookAction((id: string) =>
    answer(api.POST('/api/dashboard/webhook-deliveries/{id}/redeliver', { params: { path: { id } } })),
  )
}
