import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { mediaOf } from '../../lib/media.ts'
import { GenerationFailure, type GenerationJob, type GenerationStep } from '../generation.ts'
import { SandboxGenerator } from './generator.ts'

const NEVER = new AbortController().signal
let tasks = 0

function job(prompt: string, more: Partial<GenerationJob> = {}): GenerationJob {
  const taskId = `gen_${tasks++}`
  return {
    ...{ taskId, type: 'image_generate', model: 'sandbox-image', prompt, outputs: 1, imageUrls: [] },
    idempotencyKey: `${taskId}-0`,
    ...more,
  }
}

const script = (what: object, more?: Partial<GenerationJob>) =>
  job(`A fox #sandbox ${JSON.stringify(what)}`, more)

function filesOf(step: GenerationStep): Buffer[] {
  if (step.state !== 'finished') throw new Error(`It is ${step.state}`)
  return step.files.map((file) => ('bytes' in file ? file.bytes : Buffer.from(file.url)))
}

describe('the sandbox as a maker of files', () => {
  const sandbox = new SandboxGenerator()
  const make = async (wanted: GenerationJob) => filesOf(await sandbox.submit(wanted, NEVER))

  it('draws pictures that decode, in the ratio and resolution asked for', async () => {
    for (const [aspectRatio, resolution, width, height] of [
      ['16:9', '1k', 1024, 576],
      ['9:16', '720p', 720, 1280],
      ['1:1', '640x480', 640, 480],
    ] as const) {
      const [png] = await make(job('A fox', { aspectRatio, resolution }))
      expect(mediaOf(png as Buffer)).toEqual({ contentType: 'image/png', width, height })
      const data = (png as Buffer).indexOf('IDAT')
      const pixels = inflateSync((png as Buffer).subarray(data + 4))
      expect(pixels).toHaveLength(height * (width + 1))
      expect(new Set(pixels).size).toBeGreaterThan(3)
    }
  })

  it('makes the same bytes of the same prompt, and others of another prompt and for each output', async () => {
    const [first, second] = await make(job('A fox', { outputs: 2 }))
    const [again] = await make(job('A fox'))
    const [other] = await make(job('A hare'))
    expect(again?.equals(first as Buffer)).toBe(true)
    expect(second?.equals(first as Buffer)).toBe(false)
    expect(other?.equals(first as Buffer)).toBe(false)
  })

  it('plays sounds of the length asked for', async () => {
    const [wav] = await make(job('A song', { type: 'audio_generate', durationSeconds: 3 }))
    expect(mediaOf(wav as Buffer)).toEqual({ contentType: 'audio/wav', durationMs: 3000 })
  })

  it('fails, refuses, and makes fewer than asked for, as its script says', async () => {
    const failing = script({ fail: 2, retryAfterMs: 700 })
    for (let submit = 0; submit < 2; submit++) {
      const failure = await sandbox.submit(failing, NEVER).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(GenerationFailure)
      expect(failure).toMatchObject({ reached: true, retryAfterMs: 700 })
    }
    expect(await make(failing)).toHaveLength(1)
    expect(await sandbox.submit(script({ refuse: 'Not that' }), NEVER)).toEqual({
      state: 'refused',
      message: 'Not that',
    })
    expect(await make(script({ files: 2 }, { outputs: 4 }))).toHaveLength(2)
  })

  it('works on its own until the poll that its script names; the same job again is the same work', async () => {
    const wanted = script({ polls: 2, pollAfterMs: 5 })
    const begun = await sandbox.submit(wanted, NEVER)
    expect(begun).toMatchObject({ state: 'running', pollAfterMs: 5 })
    expect(await sandbox.submit(wanted, NEVER)).toEqual(begun)
    const { externalId } = begun as { externalId: string }
    expect(await sandbox.poll(externalId, wanted, NEVER)).toEqual(begun)
    expect(filesOf(await sandbox.poll(externalId, wanted, NEVER))).toHaveLength(1)
  })

  it('is slow as long as its script says, and stops when nobody waits any more', async () => {
    const leaving = new AbortController()
    const answer = sandbox.submit(script({ delayMs: 60_000 }), leaving.signal)
    leaving.abort()
    await expect(answer).rejects.toThrow(/abort/i)
  })
})
