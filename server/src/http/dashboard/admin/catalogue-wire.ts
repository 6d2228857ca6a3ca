import type { TProperties } from 'typebox'
import { ModelEntry, ProviderEntry } from '../../../config/catalogue-schema.ts'
import { Type } from '../../../lib/schema.ts'
import { Nullable, NullableText } from '../page.ts'

const Source = Type.Enum(['file', 'database', 'built-in'], {
  description: 'Entries of the configuration file and built-in ones are read-only here',
})

const Fault = Type.Union([Type.String(), Type.Null()], {
  description: 'Why the entry is not served; null when it is',
})

const HEALTH = {
  state: Type.Enum(['well', 'failing', 'resting'], { description: 'As this node sees it' }),
  failures: Type.Integer({ description: 'Failures in a row' }),
  restsUntil: NullableText,
}

const TIMES = { createdAt: NullableText, updatedAt: NullableText }

export const Credential = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.Enum(['well', 'resting', 'unreadable'], {
    description:
      'On this node. `resting`: the provider refused it of late (401, 403, 429); `unreadable`: it cannot be decrypted',
  }),
  createdAt: NullableText,
})

const { id: _provider, apiKey: _apiKey, baseUrl: _baseUrl, ...provider } = ProviderEntry.properties
const {
  id: _model,
  name,
  description,
  maxOutputTokens,
  prices,
  routes: _routes,
  ...model
} = ModelEntry.properties

export const ProviderView = Type.Object({
  id: Type.String(),
  source: Source,
  ...provider,
  baseUrl: NullableText,
  headers: Type.Record(Type.String(), Type.String(), {
    description: 'Of an entry of the file the names only: their values may be credentials',
  }),
  credentials: Type.Array(Credential, { description: 'By name; their text is never shown' }),
  routes: Type.Array(Type.Object({ model: Type.String(), providerModel: Type.String(), ...HEALTH }), {
    description: 'The models that are routed here',
  }),
  fault: Fault,
  ...TIMES,
})

export const ModelView = Type.Object({
  id: Type.String(),
  source: Source,
  ...model,
  name: NullableText,
  description: NullableText,
  maxOutputTokens: Nullable(Type.Integer()),
  prices: Nullable(Type.Object({ input: Type.String(), output: NullableText, cachedInput: NullableText })),
  priceVersion: Type.Union([Type.String(), Type.Null()], {
    description: 'Stands on every usage row that was costed with these prices',
  }),
  routes: Type.Array(Type.Object({ provider: Type.String(), model: NullableText, ...HEALTH })),
  fault: Fault,
  ...TIMES,
})

export const TestResult = Type.Object({
  ok: Type.Boolean({ description: 'Whether every credential was accepted' }),
  results: Type.Array(
    Type.Object({
      credential: Type.Union([Type.String(), Type.Null()], { description: 'Name; null: without one' }),
      ok: Type.Boolean(),
      status: Nullable(Type.Integer({ description: 'HTTP status of the provider' })),
      milliseconds: Type.Integer(),
      message: Type.String(),
      models: Nullable(Type.Array(Type.String(), { description: 'What the provider lists' })),
    }),
  ),
})

/** An entry as the configuration has it, without what stands in the path or is kept elsewhere. */
const body = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })

export const ProviderBody = body({
  ...provider,
  baseUrl: ProviderEntry.properties.baseUrl,
})

export const ModelBody = body({
  ...model,
  name,
  description,
  maxOutputTokens,
  prices,
  routes: ModelEntry.properties.routes,
})

export const CredentialBody = body({
  name: Type.String({ minLength: 1, maxLength: 100, description: 'What people call it' }),
  text: Type.String({
    minLength: 1,
    maxLength: 8192,
    description: 'The credential itself, sent as bearer token. It is stored encrypted and never shown again',
  }),
})
