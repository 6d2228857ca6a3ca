import type { GenerationModel, Wish } from './generation-api.ts'
import type { Draft } from './studio.ts'

/** The draft as the model can take it: what it does not know is left out. */
export function wishOf(draft: Draft, { id, generation }: GenerationModel): Wish {
  const { max_outputs, aspect_ratios, resolutions, durations, editing } = generation
  const outputs = Math.min(draft.outputs, max_outputs)
  const ratio = draft.ratio && aspect_ratios.includes(draft.ratio) ? draft.ratio : undefined
  const resolution = draft.resolution && resolutions.includes(draft.resolution) ? draft.resolution : undefined
  const images = editing ? draft.images : []
  const negative = draft.negative.trim()
  return {
    model: id,
    prompt: draft.prompt.trim(),
    ...(negative && { negative_prompt: negative }),
    ...(outputs > 1 && { num_outputs: outputs }),
    ...(ratio && { aspect_ratio: ratio }),
    ...(resolution && { resolution }),
    ...(durations && draft.duration !== '' && { duration: draft.duration }),
    ...(images.length > 0 && { image_urls: [...images] }),
  }
}

/** The other way: what was asked for, to be changed a little. */
export function draftOf(wish: Wish): Draft {
  return {
    model: wish.model,
    prompt: wish.prompt,
    negative: wish.negative_prompt ?? '',
    outputs: wish.num_outputs ?? 1,
    ratio: wish.aspect_ratio ?? null,
    resolution: wish.resolution ?? null,
    duration: wish.duration ?? '',
    images: wish.image_urls ?? [],
  }
}
