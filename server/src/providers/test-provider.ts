import type { Snapshot } from './catalogue.ts'
import { readable } from './catalogue.ts'
import { type Probe, probe, type Sample } from './openai/probe.ts'

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

/** A hostile list of models could repeat what it was sent. */
function hidden(found: Probe, hide: (text: string) => string): Probe {
  return { ...found, models: found.models?.map(hide) ?? null }
}

function sampleOf({ models }: Snapshot, id: string): Sample | undefined {
  for (const { kind, routes } of models.values()) {
    const route = routes.find(({ provider }) => provider.id === id)
    if (route) return { kind, model: route.model }
  }
  return undefined
}
