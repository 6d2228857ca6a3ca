import { TranslationError } from './translation-error.ts'
import { asText, isObject, type JsonObject, present } from './wire.ts'

/** Chat content: plain text where possible, because many servers accept nothing else. */
export type ChatContent = string | JsonObject[]

/** Message content (a string or Responses parts) as chat content. */
export function chatContent(content: unknown, path: string): ChatContent {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) {
    throw new TranslationError(`${path} must be a string or a list of content parts`, path)
  }
  return collapse(content.map((part, index) => chatPart(part, `${path}[${index}]`)))
}

/** The output of a function call. Chat Completions carries text only in a tool message. */
export function toolContent(output: unknown, path: string): ChatContent {
  if (typeof output === 'string') return output
  if (!Array.isArray(output)) {
    throw new TranslationError(`${path} must be a string or a list of content parts`, path)
  }
  output.forEach((part, index) => {
    if (isObject(part) && (part.type === 'input_image' || part.type === 'input_file')) {
      throw new TranslationError(
        `${part.type} is not possible in a function's output with this model. Return text, and send the file in a user message.`,
        `${path}[${index}]`,
      )
    }
  })
  return chatContent(output, path)
}

/** Both contents as one, in order. */
export function joinContent(first: ChatContent | null, second: ChatContent): ChatContent {
  if (first === null || first.length === 0) return second
  if (second.length === 0) return first
  return [...asParts(first), ...asParts(second)]
}

function asParts(content: ChatContent): JsonObject[] {
  return typeof content === 'string' ? [textPart(content)] : content
}

function collapse(parts: JsonObject[]): ChatContent {
  const [only] = parts
  if (only === undefined) return ''
  return parts.length === 1 && only.type === 'text' ? asText(only.text) : parts
}

function chatPart(part: unknown, path: string): JsonObject {
  if (!isObject(part)) throw new TranslationError(`${path} must be an object with a type`, path)
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return textPart(requiredText(part.text, `${path}.text`))
    case 'refusal':
      // Only OpenAI itself knows chat's refusal part; that the words are a refusal is plain from reading them.
      return textPart(requiredText(part.refusal, `${path}.refusal`))
    case 'input_image':
      return imagePart(part, path)
    case 'input_audio':
      return audioPart(part, path)
    case 'input_file':
      return filePart(part, path)
    default:
      throw new TranslationError(
        `content parts of type ${JSON.stringify(part.type)} are not supported for this model. ` +
          'Use input_text, input_image, input_file, input_audio, output_text or refusal.',
        `${path}.type`,
      )
  }
}

function textPart(text: string): JsonObject {
  return { type: 'text', text }
}

function imagePart(part: JsonObject, path: string): JsonObject {
  refuseFileId(part, path, 'Send the image in image_url, as an https address or a data: URL.')
  const url = requiredText(part.image_url, `${path}.image_url`)
  return { type: 'image_url', image_url: present({ url, detail: part.detail }) }
}

function audioPart(part: JsonObject, path: string): JsonObject {
  const audio = part.input_audio
  if (!isObject(audio)) {
    throw new TranslationError(`${path}.input_audio must hold data and format`, `${path}.input_audio`)
  }
  return { type: 'input_audio', input_audio: present({ data: audio.data, format: audio.format }) }
}

function filePart(part: JsonObject, path: string): JsonObject {
  refuseFileId(part, path, 'Send the file itself in file_data, with filename.')
  if (typeof part.file_url === 'string') {
    throw new TranslationError(
      'file_url is not supported for this model. Send the file itself in file_data, with filename.',
      `${path}.file_url`,
    )
  }
  const data = requiredText(part.file_data, `${path}.file_data`)
  return { type: 'file', file: present({ filename: part.filename, file_data: data }) }
}

// Uploaded files live in the provider's account, which all customers share: an id would let one customer
// read the file of another.
function refuseFileId(part: JsonObject, path: string, advice: string): void {
  if (part.file_id === undefined || part.file_id === null) return
  throw new TranslationError(`file_id is not supported for this model. ${advice}`, `${path}.file_id`)
}

function requiredText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new TranslationError(`${path} must be a string`, path)
  return value
}
