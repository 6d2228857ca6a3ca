import type { GenerationJob } from './generation.ts'

const LONGEST_SIDE = 4096
const SHORTEST_SIDE = 16

/** Pixels of a resolution (`1k`, `720p`, `1024x1024`) at an aspect ratio. */
export function sizeOf({
  aspectRatio = '1:1',
  resolution = '1k',
}: Pick<GenerationJob, 'aspectRatio' | 'resolution'>) {
  const exact = /^(\d{1,5})x(\d{1,5})$/i.exec(resolution)
  if (exact) return { width: within(Number(exact[1])), height: within(Number(exact[2])) }
  const [across = 1, down = 1] = aspectRatio.split(':').map(Number)
  const lines = /^(\d{2,5})p$/i.exec(resolution)
  const thousands = /^(\d{1,2})k$/i.exec(resolution)
  const long = lines
    ? (Number(lines[1]) * Math.max(across, down)) / Math.min(across, down)
    : Number(thousands?.[1] ?? 1) * 1024
  const scale = Math.min(long, LONGEST_SIDE) / Math.max(across, down)
  return { width: within(across * scale), height: within(down * scale) }
}

function within(side: number): number {
  return Math.max(SHORTEST_SIDE, Math.min(LONGEST_SIDE, Math.round(side)))
}
