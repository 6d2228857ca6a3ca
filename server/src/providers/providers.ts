import { type AuditActor, recordAudit } from '../audit/audit.ts'
import type { Config, HttpConfig, ModelConfig, ProviderConfig } from '../config/config.ts'
import { EntryError, isHeader, readProviderEntry } from '../config/entries.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText, refuseSecret } from '../errors.ts'
import { orderedId } from '../lib/ids.ts'
import {
  credentialRows,
  deleteCredentialRow,
  deleteProviderRow,
  insertCredentialRow,
  lockProviderRow,
  modelDefinitions,
  writeProviderRow,
} from './providers.store.ts'
import { SANDBOX_PROVIDER } from './sandbox/entries.ts'
import { seal } from './sealing.ts'

const CREDENTIALS_MOST = 50
/** Names of headers whose values would be credentials in clear text. */
const CREDENTIAL_HEADER = /auth|cookie|key|token|secret|password|credential/i

/**
 * Makes or replaces a provider of the database; it is served from the next request.
 *
 * @throws AppError `invalid_request` naming the field; also for an entry of the configuration, which is read-only, and
 *   for a change that would send its credentials to another host
 */
export async function putProvider(
  deps: Deps,
  actor: AuditActor,
  input: Omit<ProviderConfig, 'apiKey'>,
): Promise<void> {
  const { id, ...definition } = checkEntry(() => readProviderEntry(input))
  refuseFixed(deps.config, id)
  checkHeaders(definition.headers, 'headers')
  if (definition.http) checkHttp(definition.http)
  await transact(deps, async (deps) => {
    const row = await lockProviderRow(deps.db, deps.store.kind, id)
    const before = row ? (JSON.parse(row.definition) as ProviderConfig) : undefined
    const moved = before && originOf(before) !== originOf(definition)
    if (moved && (await credentialRows(deps.db, id)).length > 0) {
      const message =
        'baseUrl: the credentials of this provider would be sent to another host; delete them first, then add those of the new one'
      throw new AppError('invalid_request', { message, param: 'baseUrl' })
    }
    await writeProviderRow(deps.db, {
      id,
      definition: JSON.stringify(definition),
      created_at: deps.now(),
      updated_at: null,
    })
    await recordAudit(deps, actor, {
      ...target(before ? 'provider.update' : 'provider.create', id),
      ...(before && { before: audited(before) }),
      after: audited(definition),
    })
  })
}

/**
 * Deletes a provider of the database together with its credentials. Requests under way end as they would.
 *
 * @throws AppError `not_found`; `invalid_request` while a model is routed to it, or when it is the configuration's
 */
export async function deleteProvider(deps: Deps, actor: AuditActor, id: string): Promise<void> {
  await transact(deps, async (deps) => {
    const before = await takeProvider(deps, id)
    const models = (await modelDefinitions(deps.db)).filter(({ definition }) =>
      (JSON.parse(definition) as ModelConfig).routes.some(({ provider }) => provider === id),
    )
    if (models.length > 0) {
      const names = models.slice(0, 10).map((model) => model.id)
      const message = `Models are routed to ${id}: ${names.join(', ')}${models.length > 10 ? ' …' : ''}; route them elsewhere or delete them first`
      throw new AppError('invalid_request', { message, param: 'id' })
    }
    const credentials = await credentialRows(deps.db, id)
    await deleteProviderRow(deps.db, id)
    await recordAudit(deps, actor, {
      ...target('provider.delete', id),
      before: { ...audited(before), credentials: credentials.map(({ name }) => name) },
    })
  })
}

/**
 * Gives a provider of the database a credential. Its text is encrypted before it reaches the database and is never
 * shown again.
 *
 * @returns the credential's id
 * @throws AppError `not_found`; `invalid_request` naming the field, also when there is no key to encrypt it under
 */
export async function addCredential(
  deps: Deps,
  actor: AuditActor,
  providerId: string,
  input: { readonly name: string; readonly text: string },
): Promise<string> {
  const name = cleanText(input.name, 'name', 100)
  const text = input.text.trim()
  if (text === '' || !isHeader('authorization', `Bearer ${text}`)) {
    const message = 'text must be what a header can carry: some printable characters, without line breaks'
    throw new AppError('invalid_request', { message, param: 'text' })
  }
  if (name.includes(text)) {
    const message = 'name: the credential itself would stand readable there; call it something else'
    throw new AppError('invalid_request', { message, param: 'name' })
  }
  return transact(deps, async (deps) => {
    await takeProvider(deps, providerId)
    const others = await credentialRows(deps.db, providerId)
    if (others.some((other) => other.name === name)) {
      const message = `name: there is a credential ${name} already`
      throw new AppError('invalid_request', { message, param: 'name' })
    }
    if (others.length >= CREDENTIALS_MOST) {
      const message = `A provider has at most ${CREDENTIALS_MOST} credentials`
      throw new AppError('invalid_request', { message })
    }
    const id = orderedId('pcr_', deps.now())
    const sealed = seal(deps.secrets, text, { providerId, credentialId: id })
    await insertCredentialRow(deps.db, { id, provider_id: providerId, name, sealed, created_at: deps.now() })
    await recordAudit(deps, actor, {
      ...target('provider.credential.create', providerId),
      after: { credential: id, name },
    })
    return id
  })
}

/** @throws AppError `not_found`; `invalid_request` when the provider is the configuration's */
export async function deleteCredential(
  deps: Deps,
  actor: AuditActor,
  providerId: string,
  id: string,
): Promise<void> {
  await transact(deps, async (deps) => {
    await takeProvider(deps, providerId)
    const credential = (await credentialRows(deps.db, providerId)).find((known) => known.id === id)
    if (!credential) throw new AppError('not_found', { message: `The provider has no credential ${id}` })
    await deleteCredentialRow(deps.db, id)
    await recordAudit(deps, actor, {
      ...target('provider.credential.delete', providerId),
      before: { credential: id, name: credential.name },
    })
  })
}

/** What an entry's own rules say, as an answer. @throws AppError `invalid_request` naming the field */
export function checkEntry<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof EntryError)) throw error
    throw new AppError('invalid_request', { message: error.message, param: error.param })
  }
}

/** A credential in one of them would be stored readable. @throws AppError `invalid_request` */
function checkHeaders(headers: Readonly<Record<string, string>> | undefined, group: string): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    const param = `${group}.${name}`
    // A template's value is the task's.
    if (CREDENTIAL_HEADER.test(name) && !/^\{[A-Za-z]+\}$/.test(value)) {
      const message = `${param}: a header of this name may be a credential, which would be stored readable; add it as a credential`
      throw new AppError('invalid_request', { message, param })
    }
    refuseSecret(value, param)
  }
}

function checkHttp({ submit, credential: _, ...rest }: HttpConfig): void {
  checkHeaders(submit.headers, 'http.submit.headers')
  refuseSecret(JSON.stringify(submit.body), 'http.submit.body')
  refuseSecret(JSON.stringify(rest), 'http')
}

/** The ids of the providers that are not the database's. */
export function fixedProviders({ providers }: Config): string[] {
  return providers.length > 0 ? providers.map(({ id }) => id) : [SANDBOX_PROVIDER.id]
}

async function takeProvider(deps: Deps, id: string): Promise<ProviderConfig> {
  const row = await lockProviderRow(deps.db, deps.store.kind, id)
  if (row) return JSON.parse(row.definition) as ProviderConfig
  refuseFixed(deps.config, id)
  throw new AppError('not_found', { message: `There is no provider ${id}` })
}

function refuseFixed(config: Config, id: string): void {
  if (!fixedProviders(config).includes(id)) return
  const message =
    config.providers.length > 0
      ? `The provider ${id} stands in the configuration file and is read-only here; change it there and restart`
      : `The provider ${id} is built in and read-only; take another id`
  throw new AppError('invalid_request', { message, param: 'id' })
}

function originOf({ baseUrl }: Pick<ProviderConfig, 'baseUrl'>): string | undefined {
  return baseUrl ? URL.parse(baseUrl)?.origin : undefined
}

function target(action: string, id: string) {
  return { action, targetKind: 'provider', targetId: id, organizationId: null }
}

/** Without the values of headers, which may be more than they should. */
function audited({ headers, apiKey: _, ...rest }: Omit<ProviderConfig, 'id'>): Record<string, unknown> {
  return { ...rest, headers: Object.keys(headers ?? {}) }
}
