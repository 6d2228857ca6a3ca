import type { Static } from 'typebox'
import { Type } from '../lib/schema.ts'
import { Decimal, Milliseconds } from './fields.ts'

/** What `POST /v1/generate` lets a client ask of any model, whatever its entry says. */
const OUTPUTS_MOST = 4
const SECONDS_MOST = 60

const Seconds = (description: string) => Type.Integer({ minimum: 1, maximum: SECONDS_MOST, description })

/** What a model that makes files allows, and what it costs. */
export const GenerationEntry = Type.Object(
  {
    prices: Type.Optional(
      Type.Object(
        {
          per: Type.Enum(['output', 'second'], {
            default: 'output',
            description: 'What is counted: files, or seconds of each file',
          }),
          credits: Decimal('Credits for each'),
          byResolution: Type.Optional(
            Type.Record(Type.String(), Decimal('Credits for each at this resolution'), {
              description: 'Resolutions with a price of their own',
            }),
          ),
        },
        {
          additionalProperties: false,
          description: 'Prices as decimals in quotes; absent: it costs nothing',
        },
      ),
    ),
    maxOutputs: Type.Integer({
      minimum: 1,
      maximum: OUTPUTS_MOST,
      default: 1,
      description: 'Files that one task may ask for',
    }),
    aspectRatios: Type.Array(Type.String({ pattern: '^[1-9]\\d{0,3}:[1-9]\\d{0,3}$' }), {
      default: [],
      maxItems: 50,
      description: 'e.g. `16:9`; the first is taken where a task names none. Empty: a task may name none',
    }),
    resolutions: Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$' }), {
      default: [],
      maxItems: 50,
      description: 'e.g. `1k`, `720p`, `1024x1024`. Empty: a task may name none',
    }),
    durations: Type.Optional(
      Type.Object(
        {
          min: Seconds('Shortest'),
          max: Seconds('Longest'),
          default: Seconds('Where a task names none'),
        },
        { additionalProperties: false, description: 'Seconds, of videos and sounds' },
      ),
    ),
    editing: Type.Boolean({ default: false, description: 'Takes images to start from' }),
    timeoutMs: Milliseconds('Time from the first submit to the end', 600_000),
  },
  { additionalProperties: false, description: 'What a model of kind image, video, audio or text makes' },
)

export type GenerationConfig = Static<typeof GenerationEntry>
