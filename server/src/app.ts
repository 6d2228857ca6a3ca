import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { type Auth, openAuth } from './auth/auth.ts'
import { readInvitation } from './auth/invitation-proof.ts'
import type { Config } from './config/config.ts'
import type { Deps } from './deps.ts'
import { Gateway } from './gateway/gateway.ts'
import type { Endpoint } from './gateway/model-request.ts'
import { creditRoutes } from './http/api/credits.ts'
import { currentKeyRoute } from './http/api/key.ts'
import { keyRoutes } from './http/api/keys.ts'
import { authRoutes } from './http/auth-routes.ts'
import { dashboardRoutes } from './http/dashboard/routes.ts'
import type { Route } from './http/route.ts'
import { createServer } from './http/server.ts'
import { serveDashboard } from './http/system/dashboard.ts'
import { describeApi, serveDocuments } from './http/system/documents.ts'
import { fileRoutes } from './http/system/files.ts'
import { healthRoutes } from './http/system/health.ts'
import { createMetrics, type Metrics, metricsRoute, serveMetrics } from './http/system/metrics.ts'
import { generateRoutes, type TaskParts } from './http/v1/generate.ts'
import { inferenceRoutes } from './http/v1/inference.ts'
import { modelRoutes } from './http/v1/models.ts'
import { taskRoutes } from './http/v1/tasks.ts'
import { usageRoutes } from './http/v1/usage.ts'
import { pruneIdempotency } from './idempotency/idempotency.ts'
import { pruneChangeLog } from './keys/change-log.ts'
import { watchExpiringKeys } from './keys/key-events.ts'
import { KeyVerifier } from './keys/verify.ts'
import { openLedger } from './ledger/open.ts'
import { pruneUsage } from './ledger/prune-usage.ts'
import { OutboundClient } from './outbound/client.ts'
import { type Outputs, openOutputs } from './outputs/outputs.ts'
import { type Catalogues, openCatalogues } from './providers/catalogues.ts'
import { isStoreFailure } from './storage/failure.ts'
import { pruneTasks } from './tasks/retention.ts'
import { TaskWorker } from './tasks/worker.ts'
import type { UsageEvent } from './usage/usage-event.ts'
import { BudgetWatch } from './webhooks/budget-watch.ts'
import { pruneDeliveries } from './webhooks/delivery-log.ts'
import { WebhookSender } from './webhooks/sender.ts'

const HOUSEKEEPING_MS = 3_600_000
/** Who waited for the server to listen comes first; what a request needs it loads itself. */
const WARM_AFTER_MS = 100
/** How many turns of the event loop, each of so long at least, say that nobody is left; and for how long at most. */
const LAST_TURNS = 4
const LAST_TURN_MS = 40
const LAST_MOST_MS = 5000

export interface App {
  readonly deps: Deps
  /** The address that is listened on. */
  listen(): Promise<AddressInfo>
  /** Lets running requests end, cuts what exceeds the drain time, writes what is owed and closes the database. */
  close(): Promise<void>
}

/** Builds everything once: what a process serves is what stands here. */
export async function createApp(deps: Deps): Promise<App> {
  const { config, log } = deps
  const outbound = new OutboundClient(config)
  const catalogues = await openCatalogues(deps, outbound)
  const outputs = openOutputs(deps, outbound)
  const { ledger, statements, start: startLedger, stop: stopLedger } = openLedger(deps, isStoreFailure)
  const worker = new TaskWorker({ deps, outputs, settled: (event) => observe(event) }, catalogues)
  const metrics = createMetrics(deps, () => statements() + sentBy(worker, webhooks, budgets, expiries))
  const webhooks = new WebhookSender(deps, outbound)
  const budgets = new BudgetWatch(deps)
  const observe = (event: UsageEvent) => {
    metrics.usage(event)
    budgets.noteSpending(event)
  }
  const gateway = new Gateway(deps, catalogues, ledger, observe)
  const verifier = new KeyVerifier(deps)
  const auth = openAuth(deps, isStoreFailure)
  let draining = false
  const app = await createServer(
    {
      config,
      log,
      verifier,
      auth,
      invitation: (ticket) => readInvitation(deps, ticket),
      isStoreFailure,
      touched: ({ key, secretId }) => ledger.touch({ keyId: key.id, secretId, at: deps.now() }),
      observed: metrics.request,
    },
    routeTable(deps, auth, gateway, verifier, catalogues, outputs, worker, metrics, () => draining),
    async (app) => {
      if (config.surfaces.docs) await describeApi(app, config)
    },
  )
  if (config.surfaces.docs) await serveDocuments(app, config)
  await serveDashboard(app)
  const stopping = new AbortController()
  const housekeeping = setInterval(
    () => void keepHouse(deps, outputs, stopping.signal),
    HOUSEKEEPING_MS,
  ).unref()
  let metricsServer: Server | undefined
  let expiries: ReturnType<typeof watchExpiringKeys> | undefined
  return {
    deps,
    async listen() {
      await startLedger()
      metricsServer = await serveMetrics(deps, metrics)
      // biome-ignore lint/nursery/useAwaitThenable: without a callback it is a promise
      await app.listen({ host: config.host, port: config.port })
      const address = app.server.address() as AddressInfo
      auth.begin(urlOf(deps.config, address))
      outputs.begin(urlOf(deps.config, address))
      worker.start()
      webhooks.start()
      budgets.start()
      expiries = watchExpiringKeys(deps)
      setTimeout(() => void (draining || warm(deps, auth)), WARM_AFTER_MS).unref()
      return address
    },
    async close() {
      draining = true
      clearInterval(housekeeping)
      stopping.abort()
      await Promise.all([drain(app, config.http.drainMs), worker.stop(config.http.drainMs)])
      gateway.close()
      metricsServer?.close()
      await auth.close()
      await stopLedger()
      expiries?.stop()
      await budgets.stop()
      await webhooks.stop()
      await catalogues.close()
      await outputs.close()
      await outbound.close()
      await deps.store.close()
    },
  }
}

/** How many statements these parts have sent; one that is not made yet has sent none. */
function sentBy(...parts: readonly ({ readonly statements: number } | undefined)[]): number {
  return parts.reduce((sum, part) => sum + (part?.statements ?? 0), 0)
}

/** Loads what is not needed to listen, so that nobody's first request has to. */
async function warm({ log }: Deps, auth: Auth): Promise<void> {
  try {
    await auth.prepare()
  } catch (error) {
    log.error({ error: (error as Error).message }, 'the sign-in library could not be loaded')
  }
}

/** Under which address a person at this machine reaches the server. */
export function urlOf({ host, publicUrl }: Config, { port }: AddressInfo): string {
  if (publicUrl) return publicUrl
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** Every route there is, by the surfaces that are switched on. */
function routeTable(
  deps: Deps,
  auth: Auth,
  gateway: Gateway,
  verifier: KeyVerifier,
  catalogues: Catalogues,
  outputs: Outputs,
  worker: TaskWorker,
  metrics: Metrics,
  draining: () => boolean,
): Route[] {
  const { surfaces } = deps.config
  const closed = new Set<Endpoint>()
  if (!surfaces.chatCompletions) closed.add('chat.completions')
  if (!surfaces.embeddings) closed.add('embeddings')
  const tasks: TaskParts = { deps, catalogues, verifier, outputs, worker }
  return [
    ...(surfaces.v1
      ? [...inferenceRoutes(gateway, verifier, '/v1', closed), ...modelRoutes(deps, catalogues, '/v1', false)]
      : []),
    ...(surfaces.v1 && surfaces.usage ? usageRoutes(deps) : []),
    ...(surfaces.v1 && surfaces.generate ? [...generateRoutes(tasks), ...taskRoutes(tasks)] : []),
    // The web app manages keys by them, where no key may.
    ...(surfaces.apiV1 ? keyRoutes(deps) : keyRoutes(deps).map(bySessionOnly)),
    ...(surfaces.apiV1
      ? [
          currentKeyRoute(deps),
          ...creditRoutes(deps),
          ...inferenceRoutes(gateway, verifier, '/api/v1', closed),
          ...modelRoutes(deps, catalogues, '/api/v1', surfaces.publicModels),
        ]
      : []),
    ...authRoutes(deps.config),
    ...dashboardRoutes(deps, auth, gateway, catalogues, tasks),
    ...fileRoutes(outputs),
    ...healthRoutes(deps, draining),
    metricsRoute(deps, metrics),
  ]
}

function bySessionOnly(route: Route): Route {
  if (route.access.open) return route
  const { key: _, ...access } = route.access
  return { ...route, access }
}

async function keepHouse(deps: Deps, outputs: Outputs, signal: AbortSignal): Promise<void> {
  try {
    await pruneIdempotency(deps)
    await pruneChangeLog(deps)
    await pruneUsage(deps, signal)
    await pruneTasks(deps, signal)
    await pruneDeliveries(deps, signal)
    await outputs.prune(signal)
  } catch (error) {
    deps.log.warn({ error: (error as Error).message }, 'housekeeping failed; it is tried again in an hour')
  }
}

/**
 * What was sent before the signal may lie unread in a socket, or in one that is not accepted yet (Node accepts one in a
 * turn of the event loop), and closing would break it. So everything is served until nothing new has come for a few
 * turns, and answers tell their clients to connect elsewhere.
 */
async function takeLast(server: Server, mostMs: number): Promise<void> {
  let arrived = 0
  server.on('connection', () => arrived++)
  server.prependListener('request', (_, response) => {
    arrived++
    response.shouldKeepAlive = false
  })
  const until = performance.now() + mostMs
  for (let quiet = 0; quiet < LAST_TURNS && performance.now() < until; quiet++) {
    const before = arrived
    await new Promise((next) => setTimeout(next, LAST_TURN_MS))
    if (arrived > before) quiet = -1
  }
}

async function drain(app: FastifyInstance, limitMs: number): Promise<void> {
  const limit = setTimeout(() => app.server.closeAllConnections(), limitMs)
  await takeLast(app.server, Math.min(LAST_MOST_MS, limitMs / 2))
  // A connection that becomes idle while we wait must not keep us.
  const idle = setInterval(() => app.server.closeIdleConnections(), 100)
  await app.close()
  clearInterval(idle)
  clearTimeout(limit)
}
