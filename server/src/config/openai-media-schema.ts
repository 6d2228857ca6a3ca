import { Type } from '../lib/schema.ts'

/** How an OpenAI-compatible server makes pictures; what the newest of OpenAI's own understand is the default. */
export const ImagesEntry = Type.Object(
  {
    responseFormat: Type.Enum(['none', 'b64_json', 'url'], {
      default: 'none',
      description:
        '`response_format` to send. `none`: the server takes no such field and answers with the bytes, as the gpt-image models do; older ones and most others need `b64_json`',
    }),
    negativePrompt: Type.Boolean({
      default: false,
      description: 'Understands `negative_prompt`; else it is said in the prompt',
    }),
    several: Type.Boolean({
      default: true,
      description: 'Understands `n` above 1; else it is asked once for each picture',
    }),
    sizes: Type.Optional(
      Type.Record(Type.String(), Type.String({ pattern: '^(\\d{1,5}x\\d{1,5}|auto)$' }), {
        description:
          'The `size` for an aspect ratio, a resolution or both, e.g. `16:9: 1536x1024`, `16:9 2k: 2048x1152`. Absent: worked out, in multiples of 16',
      }),
    ),
  },
  { additionalProperties: false, description: 'Pictures (kind `openai`)' },
)

export const SpeechEntry = Type.Object(
  {
    voice: Type.String({ minLength: 1, maxLength: 100, default: 'alloy', description: '`voice` to send' }),
    format: Type.Enum(['mp3', 'opus', 'aac', 'flac', 'wav'], {
      default: 'mp3',
      description: '`response_format` to send',
    }),
  },
  { additionalProperties: false, description: 'Speech (kind `openai`)' },
)
