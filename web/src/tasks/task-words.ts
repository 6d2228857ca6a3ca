import type { Task } from './task-api.ts'

const TYPES: Readonly<Record<string, string>> = {
  image_generate: 'image',
  image_edit: 'image from images',
  video_generate: 'video',
  audio_generate: 'sound',
  text_generate: 'text',
}

/** What a task makes. */
export function typeWords(type: string): string {
  return TYPES[type] ?? type.replaceAll('_', ' ')
}

export const STATES = [
  { value: 'pending', label: 'Waiting' },
  { value: 'processing', label: 'In progress' },
  { value: 'completed', label: 'Completed' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
]

/** Milliseconds from its creation to its end, or until now. */
export function tookMs({ createdAt, completedAt }: Pick<Task, 'createdAt' | 'completedAt'>): number {
  return (completedAt ? Date.parse(completedAt) : Date.now()) - Date.parse(createdAt)
}

/** 2048576 → 2 MB. */
export function bytes(size: number): string {
  const large = size >= 1_000_000
  return (size / (large ? 1_000_000 : 1000)).toLocaleString('en-GB', {
    style: 'unit',
    unit: large ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: 1,
  })
}
