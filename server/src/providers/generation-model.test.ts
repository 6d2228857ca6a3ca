import { describe, expect, it } from 'vitest'
import { EntryError, readModelEntry } from '../config/entries.ts'
import { checkAgainstModel, generationOf, priceOfTask, taskTypeOf } from './generation-model.ts'

const NOTHING = { outputs: 1, imageUrls: [] }

function model(generation: object, kind = 'image') {
  const config = readModelEntry({ id: 'm', kind, generation, routes: [{ provider: 'p' }] })
  return { id: 'm', config }
}

const picture = model({
  prices: { credits: '0.01', byResolution: { '4k': '0.025' } },
  ...{ maxOutputs: 3, aspectRatios: ['16:9', '1:1'], resolutions: ['1k', '4k'] },
})
const video = model(
  { prices: { per: 'second', credits: '0.08' }, maxOutputs: 2, durations: { min: 4, max: 12, default: 8 } },
  'video',
)

describe('a model that makes files', () => {
  it('costs what its entry says for each output or second, by resolution where that has a price', () => {
    const each = (more: object) => priceOfTask(picture, { ...NOTHING, ...more })
    expect(each({ outputs: 3 })).toMatchObject({ each: 10_000_000n, greatest: 30_000_000n, unit: 'output' })
    expect(each({ outputs: 2, resolution: '4k' })).toMatchObject({ greatest: 50_000_000n })
    expect(each({ resolution: '1k' })).toMatchObject({ greatest: 10_000_000n })
    const input = checkAgainstModel(video, { ...NOTHING, outputs: 2 })
    expect(priceOfTask(video, input)).toMatchObject({
      each: 80_000_000n,
      greatest: 1_280_000_000n,
      unit: 'second',
    })
    expect(priceOfTask(model({}), NOTHING)).toBeUndefined()
  })

  it('takes its own values where none are named, and refuses others by the field, with what it allows', () => {
    expect(checkAgainstModel(picture, NOTHING)).toEqual({ ...NOTHING, aspectRatio: '16:9' })
    expect(checkAgainstModel(video, NOTHING)).toEqual({ ...NOTHING, durationSeconds: 8 })
    for (const [given, param, said] of [
      [{ outputs: 4 }, 'num_outputs', 'at most 3'],
      [{ aspectRatio: '4:3' }, 'aspect_ratio', '16:9, 1:1'],
      [{ resolution: '2k' }, 'resolution', '1k, 4k'],
      [{ durationSeconds: 5 }, 'duration', 'leave it out'],
      [{ imageUrls: ['https://example.com/a.png'] }, 'image_urls', 'no images'],
    ] as const) {
      const refusal = expect.objectContaining({ param, message: expect.stringContaining(said) })
      const check = () => checkAgainstModel(picture, { ...NOTHING, ...given })
      expect(check).toThrow(expect.objectContaining({ code: 'validation_failed', details: refusal }))
    }
    expect(() => checkAgainstModel(video, { ...NOTHING, durationSeconds: 13 })).toThrow(/4 to 12 seconds/)
  })

  it('is told apart from one that talks, in both directions', () => {
    const chat = readModelEntry({ id: 'c', contextWindow: 10, routes: [{ provider: 'p' }] })
    expect(() => generationOf({ id: 'c', config: chat })).toThrow(/is a model for chat and makes no files/)
    expect(taskTypeOf(video, NOTHING)).toBe('video_generate')
    expect(taskTypeOf(picture, { imageUrls: ['x'] })).toBe('image_edit')
  })

  it('cannot be written down so that its tasks have no bound, no price or no meaning', () => {
    const base = { id: 'm', routes: [{ provider: 'p' }] }
    for (const [entry, param] of [
      [{ kind: 'image' }, 'generation'],
      [{ kind: 'image', generation: {}, prices: { input: '1' } }, 'prices'],
      [{ kind: 'video', generation: { prices: { per: 'second', credits: '1' } } }, 'generation.durations'],
      [{ kind: 'video', generation: { durations: { min: 5, max: 4, default: 5 } } }, 'generation.durations'],
      [
        { kind: 'image', generation: { prices: { credits: '1', byResolution: { '8k': '2' } } } },
        'generation.prices.byResolution',
      ],
      [{ kind: 'chat', contextWindow: 10, generation: {} }, 'generation'],
      [{ kind: 'chat' }, 'contextWindow'],
    ] as const) {
      expect(() => readModelEntry({ ...base, ...entry })).toThrow(
        expect.objectContaining({ constructor: EntryError, param }),
      )
    }
  })
})
