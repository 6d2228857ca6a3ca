import { validateHeaderName, validateHeaderValue } from 'node:http'
import { Ajv, type ErrorObject } from 'ajv'
import {
  GENERATION_KINDS,
  type ModelConfig,
  ModelEntry,
  type ProviderConfig,
  ProviderEntry,
} from './catalogue-schema.ts'
import { httpFaults } from './http-provider-schema.ts'

/** What is wrong with an entry of providers or models: the field, and what to say after the entry's name. */
export interface EntryFault {
  readonly param: string
  readonly fault: string
}

const ajv = new Ajv({ useDefaults: true, strict: false })
const isProvider = ajv.compile<ProviderConfig>(ProviderEntry)
const isModel = ajv.compile<ModelConfig>(ModelEntry)

/**
 * A provider as the configuration could have it, from anywhere; defaults are filled in.
 *
 * @throws EntryError at the first fault
 */
export function readProviderEntry(value: object): ProviderConfig {
  const entry: unknown = structuredClone(value)
  if (!isProvider(entry)) throw new EntryError(misshapen(isProvider.errors?.[0]))
  const [fault] = providerFaults(entry)
  if (fault) throw new EntryError(fault)
  return entry
}

/**
 * A model as the configuration could have it, from anywhere; defaults are filled in.
 *
 * @param providers the ids of the providers that it may be routed to; absent: any
 * @throws EntryError at the first fault
 */
export function readModelEntry(value: object, providers?: ReadonlySet<string>): ModelConfig {
  const entry: unknown = structuredClone(value)
  if (!isModel(entry)) throw new EntryError(misshapen(isModel.errors?.[0]))
  const [fault] = modelFaults(entry, providers)
  if (fault) throw new EntryError(fault)
  return entry
}

/** An entry that cannot be served, and the field at fault. */
export class EntryError extends Error {
  readonly param: string

  constructor({ param, fault }: EntryFault) {
    super(`${param}: it ${fault}`)
    this.name = 'EntryError'
    this.param = param
  }
}

function misshapen(fault: ErrorObject | undefined): EntryFault {
  const missing = fault?.params.missingProperty ?? fault?.params.additionalProperty
  const place = [...(fault?.instancePath ?? '').split('/').filter(Boolean), missing].filter(Boolean).join('.')
  return { param: place || 'entry', fault: `is not valid: ${fault?.message ?? 'it must be an object'}` }
}

/** What would fail at every request to the provider. Values are not repeated: they may be credentials. */
export function providerFaults({ kind, baseUrl, apiKey, headers = {}, http }: ProviderConfig): EntryFault[] {
  const faults: EntryFault[] = []
  const add = (param: string, fault: string): void => void faults.push({ param, fault })
  if (kind !== 'sandbox' && !baseUrl) add('baseUrl', 'needs a baseUrl')
  if (kind === 'http' && !http) add('http', 'needs a group http: how jobs are submitted and asked for')
  if (kind !== 'http' && http) add('http', `is of the kind ${kind}; leave http out or change its kind`)
  if (http) faults.push(...httpFaults(http))
  const url = baseUrl ? URL.parse(baseUrl) : undefined
  if (url === null || url?.search || url?.hash || url?.username || url?.password)
    add(
      'baseUrl',
      'needs a baseUrl without user, password, query and fragment; credentials go to apiKey or headers',
    )
  if (apiKey && !isHeader('authorization', apiKey))
    add(
      'apiKey',
      'has an apiKey with a character that no header can carry; is there a line break at its end?',
    )
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeader(name, value)) add('headers', `has a header that cannot be sent: ${JSON.stringify(name)}`)
  }
  return faults
}

/** What would fail at every request for the model. */
export function modelFaults(model: ModelConfig, providers?: ReadonlySet<string>): EntryFault[] {
  const { id, kind, prices, routes } = model
  const faults: EntryFault[] = isGenerationKind(kind) ? generationFaults(model) : tokenFaults(model)
  if (id === 'auto') faults.push({ param: 'id', fault: 'is reserved; set rules under auto instead' })
  if (kind === 'chat' && prices && prices.output === undefined)
    faults.push({
      param: 'prices.output',
      fault: 'has a price for input alone; give prices.output too ("0" if it is free)',
    })
  for (const [index, { provider }] of routes.entries()) {
    if (providers && !providers.has(provider))
      faults.push({
        param: `routes.${index}.provider`,
        fault: `is routed to "${provider}", which is not under providers`,
      })
  }
  return faults
}

/** Whether models of the kind make files, by tasks. */
export function isGenerationKind(kind: ModelConfig['kind']): kind is (typeof GENERATION_KINDS)[number] {
  return (GENERATION_KINDS as readonly string[]).includes(kind)
}

function tokenFaults({ kind, contextWindow, generation }: ModelConfig): EntryFault[] {
  const faults: EntryFault[] = []
  if (contextWindow === undefined)
    faults.push({
      param: 'contextWindow',
      fault: 'needs a contextWindow: the tokens of input and output together',
    })
  if (generation)
    faults.push({
      param: 'generation',
      fault: `is of the kind ${kind} and makes no files; leave generation out or change its kind`,
    })
  return faults
}

function generationFaults({ kind, prices, generation }: ModelConfig): EntryFault[] {
  const faults: EntryFault[] = []
  const add = (param: string, fault: string): void => void faults.push({ param, fault })
  if (prices) add('prices', `is of the kind ${kind}; give generation.prices instead of prices`)
  if (!generation) {
    add('generation', 'needs a group generation: what it makes, and what that costs')
    return faults
  }
  const { durations, prices: price, resolutions } = generation
  if (durations && !(durations.min <= durations.default && durations.default <= durations.max))
    add('generation.durations', 'needs durations with min ≤ default ≤ max')
  if (price?.per === 'second' && !durations)
    add('generation.durations', 'is sold by the second; give durations, so that a task is bounded')
  for (const name of Object.keys(price?.byResolution ?? {})) {
    if (!resolutions.includes(name))
      add('generation.prices.byResolution', `has a price for ${name}, which is not under resolutions`)
  }
  return faults
}

/** Whether HTTP can carry the header. */
export function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
