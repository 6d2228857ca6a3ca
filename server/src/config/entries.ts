import { validateHeaderName, validateHeaderValue } from 'node:http'
import { Ajv, type ErrorObject } from 'ajv'
import { type ModelConfig, ModelEntry, type ProviderConfig, ProviderEntry } from './catalogue-schema.ts'

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
export function providerFaults({ kind, baseUrl, apiKey, headers = {} }: ProviderConfig): EntryFault[] {
  const faults: EntryFault[] = []
  const add = (param: string, fault: string): void => void faults.push({ param, fault })
  if (kind === 'openai' && !baseUrl) add('baseUrl', 'needs a baseUrl')
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
export function modelFaults(
  { id, kind, prices, routes }: ModelConfig,
  providers?: ReadonlySet<string>,
): EntryFault[] {
  const faults: EntryFault[] = []
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
