import { isUtf8 } from 'node:buffer'
import type { Config } from '../config/config.ts'
import { type Media, mediaOf } from '../lib/media.ts'
import type { TaskType } from '../providers/generation.ts'
import { OutputRefused } from './refused.ts'

/** Pixels of a side, which is what JPEG and GIF can say. */
const SIDE_MOST = 65_535
/** How the types begin of what a task is to make, whatever else it may be that came. */
const WANTED: Readonly<Record<TaskType, string>> = {
  image_generate: 'image/',
  image_edit: 'image/',
  video_generate: 'video/',
  audio_generate: 'audio/',
  text_generate: 'text/',
}
const TEXT = /^text\/(plain|markdown)\s*(;|$)/i

/**
 * What a file is, by its bytes: what a provider says about it counts only for plain text, which has no header.
 *
 * @throws OutputRefused when it is empty, too large, nothing that is kept, or not of the kind that was asked for
 */
export function inspect(
  { outputs }: Pick<Config, 'outputs'>,
  bytes: Buffer,
  declared: string | undefined,
  type: TaskType,
): Media {
  if (bytes.length === 0) throw new OutputRefused('The provider made an empty file')
  if (bytes.length > outputs.maxBytes)
    throw new OutputRefused(`The provider made a file of more than ${outputs.maxBytes} bytes`)
  const media = mediaOf(bytes) ?? textOf(bytes, declared)
  if (!media) throw new OutputRefused('The provider made a file of a type that is not kept')
  if (!media.contentType.startsWith(WANTED[type]))
    throw new OutputRefused(
      `The provider made a file of the type ${media.contentType}, which was not asked for`,
    )
  const { width, height } = media
  if (width === undefined || height === undefined) return media
  if (
    width < 1 ||
    height < 1 ||
    width > SIDE_MOST ||
    height > SIDE_MOST ||
    width * height > outputs.maxPixels
  )
    throw new OutputRefused(`The provider made a picture of ${width} × ${height} pixels, which is not kept`)
  return media
}

function textOf(bytes: Buffer, declared: string | undefined): Media | undefined {
  if (!TEXT.test(declared ?? '') || !isUtf8(bytes) || bytes.includes(0)) return undefined
  return { contentType: 'text/plain; charset=utf-8' }
}
