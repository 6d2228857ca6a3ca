import type { Snapshot } from './catalogue.ts'
import { readable } from './catalogue.ts'
import { type Probe, probe, type Sample } from './openai/probe.ts'
import type { Provider } from './provider.ts'

export interface CredentialTest extends Probe {
  /** The credential's name; null: without one. */
  readonly credential: string | null
}

/** Tries a provider with each of its credentials; undefined when it is not served. */
export async function testProvider(catalogue: Snapshot, id: string): Promise<CredentialTest[] | undefined> {
  const entry = catalogue.providers.find(({ config, provider }) => provider && config.id === id)
  if (!entry?.provider) return undefined
  const { config, credentials, provider } = entry
  if (config.kind === 'sandbox') {
    const message = 'It is built in and needs no connection'
    return [{ credential: null, ok: true, status: null, milliseconds: 0, message, models: null }]
  }
  if (config.kind === 'http' && !config.http?.test) return [await tryConnection(provider)]
  const sample = sampleOf(catalogue, id)
  const known = readable(credentials)
  const unreadable = credentials.filter(({ text }) => text === undefined)
  const tried = known.length > 0 || unreadable.length > 0 ? known : [undefined]
  const results = await Promise.all(
    tried.map(async (credential) => ({
      credential: credential?.name ?? null,
      ...hidden(await probe(config, credential, sample), provider.hideCredentials),
    })),
  )
  return [
    ...results,
    ...unreadable.map(({ name }) => ({
      credential: name,
      ok: false,
      status: null,
      milliseconds: 0,
      message: 'It cannot be decrypted; delete it and add it again',
      models: null,
    })),
  ]
}

/** Without an address that may be asked for nothing, the credentials show with the first task. */
async function tryConnection(provider: Provider): Promise<CredentialTest> {
  const startedAt = performance.now()
  const failure = await provider.connect()
  const message = failure
    ? 'It cannot be connected to; check baseUrl'
    : 'It can be connected to. Name a path as http.test to try the credentials, too'
  const milliseconds = Math.round(performance.now() - startedAt)
  return { credential: null, ok: !failure, status: null, milliseconds, message, models: null }
}

/** A hostile list of models could repeat what it was sent. */
function hidden(found: Probe, hide: (text: string) => string): Probe {
  return { ...found, models: found.models?.map(hide) ?? null }
}

function sampleOf({ models }: Snapshot, id: string): Sample | undefined {
  for (const { kind, routes } of models.values()) {
    // What is asked of a model that makes files is work, and paid for.
    if (kind !== 'chat' && kind !== 'embedding') continue
    const route = routes.find(({ provider }) => provider.id === id)
    if (route) return { kind, model: route.model }
  }
  return undefined
}
