import type { Config, HttpConfig, ProviderConfig } from '../../config/config.ts'
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
import { filesAt, namedAt } from './files.ts'
import { textAt } from './pointer.ts'
import { fill, fillPath, type TemplateValues, templateValues } from './template.ts'

const FAILED = 'The provider failed'
/** It is stored, shown to operators and put into paths. */
const EXTERNAL_ID = /^[\x20-\x7e]{1,500}$/

/** A service that takes jobs and is asked for them, in the words of its configuration. */
export class HttpGenerator implements Generator {
  readonly #config: ProviderConfig & { readonly http: HttpConfig }
  readonly #provider: Pick<Provider, 'send' | 'hideCredentials'>
  readonly #maxBytes: number

  /** @param outputs how large a file may be */
  constructor(
    config: ProviderConfig,
    provider: Pick<Provider, 'send' | 'hideCredentials'>,
    outputs: Pick<Config['outputs'], 'maxBytes'>,
  ) {
    if (!config.http) throw new Error('The provider has no group http')
    this.#config = { ...config, http: config.http }
    this.#provider = provider
    this.#maxBytes = outputs.maxBytes
  }

  async submit(job: GenerationJob, signal: AbortSignal): Promise<GenerationStep> {
    const { submit } = this.#config.http
    const values = templateValues(job)
    const headers = Object.entries(submit.headers ?? {}).map(([name, text]) => {
      const value = fill(text, values)
      return [name.toLowerCase(), typeof value === 'string' ? value : JSON.stringify(value ?? '')] as const
    })
    const body = JSON.stringify(fill(submit.body, values))
    const path = fillPath(submit.path, values)
    const request = {
      path,
      body,
      headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    }
    return this.#read(await this.#ask(request, job, signal), undefined, job, signal)
  }

  async poll(externalId: string, job: GenerationJob, signal: AbortSignal): Promise<GenerationStep> {
    const path = fillPath(this.#config.http.poll?.path ?? '', templateValues(job, externalId))
    return this.#read(await this.#get(path, job, signal), externalId, job, signal)
  }

  /** What an answer about a job says. @throws GenerationFailure */
  async #read(
    answer: WholeAnswer,
    known: string | undefined,
    job: GenerationJob,
    signal: AbortSignal,
  ): Promise<GenerationStep> {
    const { http } = this.#config
    const document = readJson(answer.body)
    const reason = shownWords(textAt(document, http.error), this.#provider.hideCredentials)
    if (answer.status < 200 || answer.status > 299) return sortBadAnswer(answer, reason)
    const externalId = known ?? textAt(document, http.id)
    if (http.id && !EXTERNAL_ID.test(externalId ?? ''))
      throw new GenerationFailure('The provider answered without a usable id of a job', true)
    const status = textAt(document, http.status)
    const says = (words: readonly string[]) =>
      words.some((word) => word.toLowerCase() === status?.toLowerCase())
    if (says(http.states.refused))
      return { state: 'refused', message: reason ?? 'The provider refused the input' }
    if (says(http.states.failed)) return this.#failed(reason)
    const ended = http.status ? says(http.states.succeeded) : this.#namesOutputs(document)
    if (ended || externalId === undefined)
      return {
        state: 'finished',
        files: await this.#files(document, templateValues(job, externalId), job, signal),
      }
    return { state: 'running', externalId, pollAfterMs: http.poll?.everyMs ?? 0 }
  }

  #failed(reason: string | undefined): GenerationStep {
    const { refusals } = this.#config.http
    const said = reason?.toLowerCase() ?? ''
    if (reason && refusals.some((word) => said.includes(word.toLowerCase())))
      return { state: 'refused', message: reason }
    throw new GenerationFailure(reason ? `${FAILED}: ${reason}` : FAILED, true, undefined, true)
  }

  #namesOutputs(document: unknown): boolean {
    const { outputs } = this.#config.http
    return outputs === undefined || namedAt(this.#config.http, document).length > 0
  }

  /** @throws GenerationFailure when there are none */
  async #files(
    document: unknown,
    values: TemplateValues,
    job: GenerationJob,
    signal: AbortSignal,
  ): Promise<GeneratedFile[]> {
    const { content, result } = this.#config.http
    if (content) {
      const answer = this.#expect(await this.#get(fillPath(content, values), job, signal))
      const type = answer.headers['content-type']
      return [
        { bytes: answer.body, contentType: typeof type === 'string' ? type : 'application/octet-stream' },
      ]
    }
    const named = result
      ? readJson(this.#expect(await this.#get(fillPath(result, values), job, signal)).body)
      : document
    const files = filesAt(this.#config, named, job.outputs)
    if (files.length > 0) return files
    throw new GenerationFailure('The provider answered without a file', true)
  }

  #get(path: string, job: GenerationJob, signal: AbortSignal): Promise<WholeAnswer> {
    return this.#ask({ path, method: 'GET', body: '' }, job, signal)
  }

  #ask(
    request: Omit<UpstreamRequest, 'streamed'>,
    { outputs }: GenerationJob,
    signal: AbortSignal,
  ): Promise<WholeAnswer> {
    return askWhole(this.#provider.send, request, answerBytesMost(outputs, this.#maxBytes), signal)
  }

  /** What ended well is there to be fetched, so an answer without it says nothing about the input. */
  #expect(answer: WholeAnswer): WholeAnswer {
    if (answer.status === 200) return answer
    throw new GenerationFailure(`The provider did not hand over what it made (${answer.status})`, true)
  }
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
