import { createHash } from 'node:crypto'
import { encodePng } from '../../lib/png.ts'
import { encodeWav } from '../../lib/wav.ts'
import type { GeneratedFile, GenerationJob } from '../generation.ts'
import { sizeOf } from '../picture-size.ts'

const CELLS = 12
const COLOURS = 6
const SAMPLE_RATE = 8000
const NOTES_PER_SECOND = 4

/**
 * A file that shows what was asked for: the same question always makes the same bytes, and another one makes others.
 */
export async function draw(job: GenerationJob, position: number): Promise<GeneratedFile> {
  const hash = createHash('sha256')
    .update(JSON.stringify([job.prompt, job.negativePrompt ?? '', job.imageUrls, position]))
    .digest()
  if (job.type === 'audio_generate') return sound(hash, job.durationSeconds ?? 1)
  if (job.type === 'text_generate') {
    const bytes = Buffer.from(`You asked for: ${job.prompt}\n${hash.toString('hex')}\n`)
    return { bytes, contentType: 'text/plain' }
  }
  return { bytes: await picture(hash, sizeOf(job)), contentType: 'image/png' }
}

/** Cells in the colours of the hash, the same from left and from right. */
function picture(hash: Buffer, { width, height }: { width: number; height: number }): Promise<Buffer> {
  const palette = Array.from({ length: COLOURS }, (_, colour) => {
    const byte = (index: number) => hash[(colour * 3 + index) % hash.length] as number
    return [byte(0), byte(1), byte(2)] as const
  })
  const bands = Array.from({ length: CELLS }, (_, down) => {
    const row = new Uint8Array(width)
    for (let x = 0; x < width; x++) {
      const across = Math.floor((x * CELLS) / width)
      const cell = Math.min(across, CELLS - 1 - across) + down * (CELLS / 2)
      row[x] = ((hash[cell % hash.length] as number) >> ((cell / hash.length) & 3)) % COLOURS
    }
    return row
  })
  return encodePng({
    width,
    height,
    palette,
    row: (y) => bands[Math.floor((y * CELLS) / height)] as Uint8Array,
  })
}

/** A row of notes of the hash. */
function sound(hash: Buffer, seconds: number): GeneratedFile {
  const perNote = SAMPLE_RATE / NOTES_PER_SECOND
  const bytes = encodeWav(SAMPLE_RATE, SAMPLE_RATE * seconds, (index) => {
    const note = (hash[Math.floor(index / perNote) % hash.length] as number) % 13
    const fades = 1 - (index % perNote) / perNote
    return 0.4 * fades * Math.sin((2 * Math.PI * 220 * 2 ** (note / 12) * index) / SAMPLE_RATE)
  })
  return { bytes, contentType: 'audio/wav', durationMs: seconds * 1000 }
}
