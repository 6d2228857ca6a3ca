import type { ProviderConfig } from '../../config/config.ts'
import type { GenerationJob } from '../generation.ts'
import { sizeOf } from '../picture-size.ts'

/** What the newest models take, and nothing that any other refuses. */
const SIDE_STEP = 16

/** The fields of a request for pictures, as this server understands them. Without `n` it makes one at a time. */
export function imageFields(
  { images }: Pick<ProviderConfig, 'images'>,
  job: GenerationJob,
): Record<string, unknown> {
  const { responseFormat = 'none', negativePrompt = false, several = true, sizes } = images ?? {}
  const size = imageSize(sizes, job)
  const avoided = job.negativePrompt
  return {
    model: job.model,
    prompt: avoided && !negativePrompt ? `${job.prompt}\n\nAvoid: ${avoided}` : job.prompt,
    ...(several && { n: job.outputs }),
    ...(size && { size }),
    ...(avoided && negativePrompt && { negative_prompt: avoided }),
    ...(responseFormat !== 'none' && { response_format: responseFormat }),
  }
}

function imageSize(
  sizes: Readonly<Record<string, string>> | undefined,
  job: Pick<GenerationJob, 'aspectRatio' | 'resolution'>,
): string | undefined {
  const { aspectRatio, resolution } = job
  if (resolution && /^\d+x\d+$/.test(resolution)) return resolution
  if (sizes)
    return sizes[`${aspectRatio} ${resolution}`] ?? sizes[resolution ?? ''] ?? sizes[aspectRatio ?? '']
  if (aspectRatio === undefined && resolution === undefined) return undefined
  const { width, height } = sizeOf(job)
  const step = (side: number): number => Math.max(1, Math.round(side / SIDE_STEP)) * SIDE_STEP
  return `${step(width)}x${step(height)}`
}
