import type { Config, ProviderConfig } from '../../config/config.ts'
import { isObject } from '../../lib/json.ts'
import type { OutboundClient } from '../../outbound/client.ts'
import { shownWords, sortBadAnswer } from '../bad-answer.ts'
import {
  type GeneratedFile,
  GenerationFailure,
  type GenerationJob,
  type GenerationStep,
  type Generator,
} from '../generation.ts'
import type { Provider, UpstreamRequest } from '../provider.ts'
import { answerBytesMost, askWhole, type WholeAnswer } from '../whole-answer.ts'
import { imageFields } from './image-fields.ts'
import { fetchPictures, multipart } from './source-pictures.ts'

type Ask = (
  request: Omit<UpstreamRequest, 'streamed'>,
  job: GenerationJob,
  signal: AbortSignal,
) => Promise<WholeAnswer>

/** Pictures, edits of pictures, and speech, by OpenAI's endpoints. Each answers when it is done. */
export class OpenAiGenerator implements Generator {
  readonly #config: ProviderConfig
  readonly #hide: Provider['hideCredentials']
  readonly #outbound: OutboundClient
  readonly #ask: Ask

  /** @param outputs how large a file may be */
  constructor(
    config: ProviderConfig,
    { send, hideCredentials }: Pick<Provider, 'send' | 'hideCredentials'>,
    outbound: OutboundClient,
    { maxBytes }: Pick<Config['outputs'], 'maxBytes'>,
  ) {
    this.#config = config
    this.#hide = hideCredentials
    this.#outbound = outbound
    this.#ask = (request, { outputs }, signal) =>
      askWhole(send, request, answerBytesMost(outputs, maxBytes), signal)
  }

  async submit(job: GenerationJob, signal: AbortSignal): Promise<GenerationStep> {
    if (job.type === 'audio_generate') return this.#speak(job, signal)
    if (job.type === 'image_generate') return this.#draw(job, (fields) => json(fields), signal)
    if (job.type !== 'image_edit') throw new GenerationFailure('The provider makes no such files', false)
    const pictures = await fetchPictures(this.#outbound, job.imageUrls, signal)
    if ('refused' in pictures) return { state: 'refused', message: pictures.refused }
    const body = multipart(imageFields(this.#config, job), pictures.found)
    return this.#draw(job, () => body, signal)
  }

  async poll(): Promise<GenerationStep> {
    throw new GenerationFailure('The provider has no jobs that could be asked for', true)
  }

  async #draw(
    job: GenerationJob,
    bodyOf: (fields: Record<string, unknown>) => Pick<UpstreamRequest, 'body' | 'headers'>,
    signal: AbortSignal,
  ): Promise<GenerationStep> {
    const path = job.type === 'image_edit' ? '/images/edits' : '/images/generations'
    const fields = imageFields(this.#config, job)
    // A server that makes one at a time is asked once for each.
    const times = fields.n === undefined ? job.outputs : 1
    const files: GeneratedFile[] = []
    for (let time = 0; time < times && files.length < job.outputs; time++) {
      const { body, headers } = bodyOf(fields)
      const key = times > 1 ? `${job.idempotencyKey}-${time}` : job.idempotencyKey
      try {
        const answer = await this.#ask(
          { path, body, headers: { ...headers, 'idempotency-key': key } },
          job,
          signal,
        )
        if (answer.status !== 200) {
          const step = this.#sort(answer)
          return files.length > 0 ? { state: 'finished', files } : step
        }
        files.push(...this.#picturesOf(answer, job.outputs - files.length))
      } catch (error) {
        // What is there is paid for, and is the customer's.
        if (files.length === 0 || !(error instanceof GenerationFailure)) throw error
        break
      }
    }
    return { state: 'finished', files }
  }

  async #speak(job: GenerationJob, signal: AbortSignal): Promise<GenerationStep> {
    const { voice, format } = this.#config.speech ?? { voice: 'alloy', format: 'mp3' }
    const request = json({ model: job.model, input: job.prompt, voice, response_format: format })
    const headers = { ...request.headers, accept: '*/*', 'idempotency-key': job.idempotencyKey }
    const answer = await this.#ask({ path: '/audio/speech', body: request.body, headers }, job, signal)
    if (answer.status !== 200) return this.#sort(answer)
    const type = answer.headers['content-type']
    const contentType = typeof type === 'string' ? type : 'application/octet-stream'
    return { state: 'finished', files: [{ bytes: answer.body, contentType }] }
  }

  /** @throws GenerationFailure when there are none */
  #picturesOf({ body }: WholeAnswer, most: number): GeneratedFile[] {
    const data = readJson(body)?.data
    const files: GeneratedFile[] = []
    for (const entry of Array.isArray(data) ? data : []) {
      if (files.length === most) break
      const file = this.#pictureOf(entry)
      if (file) files.push(file)
    }
    if (files.length > 0) return files
    throw new GenerationFailure('The provider answered without a picture', true)
  }

  /** `b64_json`, or `url` with an absolute address; undefined when there is neither. */
  #pictureOf(entry: unknown): GeneratedFile | undefined {
    if (!isObject(entry)) return undefined
    const { b64_json: base64, url } = entry
    if (typeof base64 === 'string' && base64 !== '')
      return { bytes: Buffer.from(base64, 'base64'), contentType: 'application/octet-stream' }
    const address = typeof url === 'string' ? URL.parse(url) : null
    if (!address || !/^https?:$/.test(address.protocol)) return undefined
    // Beside the provider itself, which the operator named, only public hosts.
    return { url: address.href, trusted: address.origin === URL.parse(this.#config.baseUrl ?? '')?.origin }
  }

  #sort(answer: WholeAnswer): GenerationStep {
    const error = readJson(answer.body)?.error
    const { message, code } = isObject(error) ? error : {}
    const texts = [message, code].filter((text) => typeof text === 'string')
    return sortBadAnswer(answer, shownWords(texts.join(' – '), this.#hide))
  }
}

function json(body: object): Pick<UpstreamRequest, 'headers'> & { readonly body: string } {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

function readJson(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
