import type { GenerationJob } from '../generation.ts'
import { sizeOf } from '../picture-size.ts'

export type TemplateValues = Readonly<Record<string, unknown>>

/** The values that a template may name (`TEMPLATE_VALUES`); what the job does not say is undefined. */
export function templateValues(job: GenerationJob, id?: string): TemplateValues {
  const sized = job.aspectRatio !== undefined || job.resolution !== undefined ? sizeOf(job) : undefined
  return {
    model: job.model,
    prompt: job.prompt,
    negativePrompt: job.negativePrompt,
    outputs: job.outputs,
    aspectRatio: job.aspectRatio,
    resolution: job.resolution,
    width: sized?.width,
    height: sized?.height,
    durationSeconds: job.durationSeconds,
    imageUrls: job.imageUrls.length > 0 ? job.imageUrls : undefined,
    imageUrl: job.imageUrls[0],
    taskId: job.taskId,
    idempotencyKey: job.idempotencyKey,
    id,
  }
}

const WHOLE = /^\{([A-Za-z]+)\}$/
const PART = /\{([A-Za-z]+)\}/g

/**
 * The template with its values. They are put in as JSON values, so that nothing that a client writes can become a part
 * of the template; a member or an item whose value is absent is left out.
 */
export function fill(template: unknown, values: TemplateValues): unknown {
  if (typeof template === 'string') {
    const [, whole] = WHOLE.exec(template) ?? []
    return whole === undefined ? fillText(template, values, String) : values[whole]
  }
  if (Array.isArray(template)) {
    return template.map((item: unknown) => fill(item, values)).filter((item) => item !== undefined)
  }
  if (template === null || typeof template !== 'object') return template
  return Object.fromEntries(
    Object.entries(template)
      .map(([name, value]) => [name, fill(value, values)] as const)
      .filter(([, value]) => value !== undefined),
  )
}

/** A path whose values cannot leave their segment. */
export function fillPath(template: string, values: TemplateValues): string {
  // The dots of `..` are no characters that encoding changes.
  return fillText(template, values, (value) => encodeURIComponent(value).replace(/^\.+$/, ''))
}

function fillText(template: string, values: TemplateValues, write: (text: string) => string): string {
  return template.replace(PART, (_, name: string) => write(String(values[name] ?? '')))
}
