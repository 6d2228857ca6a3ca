export type TaskType = 'image_generate' | 'image_edit' | 'video_generate' | 'audio_generate' | 'text_generate'

/** What a provider is asked to make. Checked before: limits are those of the model. */
export interface GenerationJob {
  readonly taskId: string
  readonly type: TaskType
  /** The provider's name for the model. */
  readonly model: string
  readonly prompt: string
  readonly negativePrompt?: string
  /** How many files. */
  readonly outputs: number
  /** e.g. `16:9`. */
  readonly aspectRatio?: string
  /** e.g. `1k`. */
  readonly resolution?: string
  /** Seconds, of video and audio. */
  readonly durationSeconds?: number
  /** Addresses of images to start from; they are the client's and may lie anywhere. */
  readonly imageUrls: readonly string[]
  /** The same for each attempt on the same route, for providers that know such a header. */
  readonly idempotencyKey: string
}

/** A file that a provider made: its bytes, or where they are. */
export type GeneratedFile =
  | { readonly bytes: Buffer; readonly contentType: string; readonly durationMs?: number }
  | {
      readonly url: string
      readonly durationMs?: number
      /** The operator named its host, which may be one of a private network. */
      readonly trusted?: boolean
    }

export type GenerationStep =
  | { readonly state: 'finished'; readonly files: readonly GeneratedFile[] }
  /** It works on its own; ask again after so many milliseconds. */
  | { readonly state: 'running'; readonly externalId: string; readonly pollAfterMs: number }
  /** It will never make this, and no other route need be asked: a rule on content, an input that it cannot read. */
  | { readonly state: 'refused'; readonly message: string }

/** A provider did not do it, this time. */
export class GenerationFailure extends Error {
  /** Whether it may have got the job, so that a second submit may make it work twice. */
  readonly reached: boolean
  /** Milliseconds that it asks to be left alone for. */
  readonly retryAfterMs: number | undefined
  /** The provider says that the job has ended without a file, so that it need not be asked for it again. */
  readonly final: boolean

  constructor(message: string, reached: boolean, retryAfterMs?: number, final = false) {
    super(message)
    this.reached = reached
    this.retryAfterMs = retryAfterMs
    this.final = final
  }
}

/** Makes files; what providers that can do so carry as `generator`. */
export interface Generator {
  /** @throws GenerationFailure */
  submit(job: GenerationJob, signal: AbortSignal): Promise<GenerationStep>
  /** Asks for a job that works on its own. @throws GenerationFailure */
  poll(externalId: string, job: GenerationJob, signal: AbortSignal): Promise<GenerationStep>
}
