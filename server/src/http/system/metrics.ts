import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { type Route, route } from '../route.ts'
import { exposeTasks } from './task-metrics.ts'

/** Upper bounds in milliseconds. */
const BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000]

interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly values: number[]
}

/** Sums by label, kept as plain numbers: prom-client's own counters cost more than the rest of a request's bookkeeping. */
class SeriesTable {
  readonly #series = new Map<string, Series>()

  of(key: string, width: number, labels: () => Record<string, string>): number[] {
    let series = this.#series.get(key)
    if (!series) {
      series = { labels: labels(), values: new Array<number>(width).fill(0) }
      this.#series.set(key, series)
    }
    return series.values
  }

  [Symbol.iterator](): IterableIterator<Series> {
    return this.#series.values()
  }
}

function add(values: number[], index: number, added: number): void {
  values[index] = (values[index] as number) + added
}

export interface Metrics {
  request(route: string, status: number, milliseconds: number): void
  usage(event: UsageEvent): void
  render(): Promise<string>
}

/** @param ownStatements how many statements of the database's count no request asked for */
export function createMetrics(deps: Deps, ownStatements: () => number): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'claviger_' })
  const requests = new SeriesTable()
  const usage = new SeriesTable()
  exposeRequests(registry, requests)
  exposeUsage(registry, usage)
  let looks = 0
  exposeTasks(registry, deps, () => looks++)
  new Counter({
    name: 'claviger_database_queries_total',
    help: 'Statements sent to the database, other than those by which nodes watch each other',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(deps.store.queries() - ownStatements() - looks)
    },
  })
  return {
    request(route, status, milliseconds) {
      const labels = () => ({ route, status: String(status) })
      const values = requests.of(`${route} ${status}`, BUCKETS.length + 2, labels)
      add(values, 0, 1)
      add(values, 1, milliseconds)
      for (let index = 0; index < BUCKETS.length; index++) {
        if (milliseconds <= (BUCKETS[index] as number)) add(values, index + 2, 1)
      }
    },
    usage(event) {
      const labels = () => ({
        model: event.model,
        provider: event.provider ?? 'none',
        outcome: event.outcome,
        cost_basis: event.cost_basis,
      })
      const key = `${event.model} ${event.provider} ${event.outcome} ${event.cost_basis}`
      const values = usage.of(key, 5, labels)
      add(values, 0, 1)
      add(values, 1, event.input_tokens)
      add(values, 2, event.output_tokens)
      // Credits with their decimals: a metric is for watching, the ledger is for counting.
      add(values, 3, Number(event.cost_nanos) / 1e9)
      add(values, 4, Number(event.overrun_nanos ?? 0n) / 1e9)
    },
    render: () => registry.metrics(),
  }
}

function exposeRequests(registry: Registry, table: SeriesTable): void {
  const labelNames = ['route', 'status']
  // Each fills itself: a metric that fills another is too late, or one scrape behind.
  const counter = (name: string, help: string, index: number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        for (const { labels, values } of table) this.inc(labels, values[index])
      },
    })
  counter('claviger_http_requests_total', 'Requests answered', 0)
  registry.registerMetric(durations(table))
  new Gauge({ name: 'claviger_up', help: 'Always 1', registers: [registry] }).set(1)
}

/** prom-client's own histogram can only be filled one observation after another. */
function durations(table: SeriesTable): Metric {
  const name = 'claviger_http_request_duration_seconds'
  const valuesOf = ({ labels, values: [count = 0, milliseconds = 0, ...within] }: Series) => [
    ...BUCKETS.map((bound, index) => bucket(labels, bound / 1000, within[index] as number)),
    bucket(labels, '+Inf', count),
    { metricName: `${name}_sum`, labels, value: milliseconds / 1000 },
    { metricName: `${name}_count`, labels, value: count },
  ]
  const bucket = (labels: Series['labels'], le: number | '+Inf', value: number) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  })
  const get = async () => ({
    name,
    help: 'Time from the head of a request to the end of its answer',
    type: 'histogram',
    values: [...table].flatMap(valuesOf),
  })
  return { name, get } as unknown as Metric
}

function exposeUsage(registry: Registry, table: SeriesTable): void {
  const labelNames = ['model', 'provider', 'outcome', 'cost_basis']
  const names = [
    ['claviger_model_requests_total', 'Model requests with a usage row'],
    ['claviger_input_tokens_total', 'Input tokens'],
    ['claviger_output_tokens_total', 'Output tokens'],
    ['claviger_cost_credits_total', 'Credits charged'],
    ['claviger_overrun_credits_total', 'Credits that providers reported beyond what was held; alarm on any'],
  ] as const
  names.forEach(([name, help], index) => {
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        for (const { labels, values } of table) this.inc(labels, values[index])
      },
    })
  })
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** `/metrics` on the main port, for the holder of the configured token. Without one it answers 404 here. */
export function metricsRoute(deps: Deps, metrics: Metrics): Route {
  return route({
    method: 'GET',
    path: '/metrics',
    surface: 'system',
    access: { open: true },
    tag: 'System',
    summary: 'Prometheus metrics, for the holder of metrics.token',
    replies: { 200: Type.String() },
    errors: ['not_found', 'missing_authorization', 'malformed_authorization', 'invalid_api_key'],
    async run(context) {
      const { token } = deps.config.metrics
      if (!token)
        throw new AppError('not_found', {
          message: 'Set metrics.token, or metrics.port for a port of its own',
        })
      const authorization = context.header('authorization')
      if (authorization === undefined) throw new AppError('missing_authorization')
      const [, given] = /^bearer +(\S+)$/i.exec(authorization) ?? []
      if (given === undefined) throw new AppError('malformed_authorization')
      if (!equal(given, token))
        throw new AppError('invalid_api_key', { message: 'This is not metrics.token' })
      return { body: await metrics.render(), headers: { 'content-type': CONTENT_TYPE } }
    },
  })
}

function equal(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The same on a port of its own, which should not be reachable from outside. */
export async function serveMetrics(deps: Deps, metrics: Metrics): Promise<Server | undefined> {
  const { port, host } = deps.config.metrics
  if (port === undefined) return undefined
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end()
    metrics.render().then(
      (text) => response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return server
}
