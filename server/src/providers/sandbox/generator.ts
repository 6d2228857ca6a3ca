import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { shownWords } from '../bad-answer.ts'
import {
  type GeneratedFile,
  GenerationFailure,
  type GenerationJob,
  type GenerationStep,
  type Generator,
} from '../generation.ts'
import { draw } from './drawing.ts'
import { type GenerationScript, readGenerationScript } from './generation-script.ts'

/** Of so many jobs it remembers how often it was asked; those before them are new to it. */
const REMEMBERED_MOST = 10_000

/** Makes real files without a network; how, the prompt may say (see `generation-script.ts`). */
export class SandboxGenerator implements Generator {
  readonly #submits = new Counts()
  readonly #polls = new Counts()

  async submit(job: GenerationJob, signal: AbortSignal): Promise<GenerationStep> {
    const script = readGenerationScript(job.prompt)
    await pause(script.delayMs, signal)
    if (script.refuse !== undefined)
      return { state: 'refused', message: shownWords(script.refuse) ?? 'The sandbox refused the input' }
    if (job.type === 'video_generate') return { state: 'refused', message: 'The sandbox makes no videos' }
    if (script.fail > 0 && this.#submits.next(job.taskId) <= script.fail)
      throw new GenerationFailure('The sandbox fails, as its script says', true, script.retryAfterMs)
    if (script.polls > 0) return running(job, script)
    return finish(job, script)
  }

  async poll(externalId: string, job: GenerationJob, signal: AbortSignal): Promise<GenerationStep> {
    const script = readGenerationScript(job.prompt)
    await pause(script.delayMs, signal)
    if (this.#polls.next(externalId) < script.polls) return running(job, script)
    if (script.failPolls)
      throw new GenerationFailure('The sandbox fails at last, as its script says', true, undefined, true)
    return finish(job, script)
  }
}

/** The same job again is the same work, as with every provider that knows idempotency keys. */
function running({ idempotencyKey }: GenerationJob, { pollAfterMs }: GenerationScript): GenerationStep {
  const id = createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 24)
  return { state: 'running', externalId: `sandbox-${id}`, pollAfterMs }
}

async function finish(job: GenerationJob, { files, url }: GenerationScript): Promise<GenerationStep> {
  const made: GeneratedFile[] = []
  for (let position = 0; position < (files ?? job.outputs); position++) {
    made.push(url !== undefined && position === 0 ? { url } : await draw(job, position))
  }
  return { state: 'finished', files: made }
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (delayMs > 0) await wait(delayMs, undefined, { signal })
}

class Counts {
  readonly #counts = new Map<string, number>()

  /** How often it was asked for the name, this time included. */
  next(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.delete(name)
    this.#counts.set(name, count)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > REMEMBERED_MOST && oldest !== undefined) this.#counts.delete(oldest)
    return count
  }
}
