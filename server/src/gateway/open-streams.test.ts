import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { caller } from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { OpenStreams } from './open-streams.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A caller who is asked about, and an epoch that the test moves. */
function scene() {
  let epoch = 1
  let answer = async (): Promise<void> => {}
  let asked = 0
  const current = (): number => epoch
  const streams = new OpenStreams({
    store: { epoch: { current: () => current(), refresh: async () => {} } } as never,
  })
  const cuts: string[] = []
  const who = {
    ...caller(),
    confirm: () => {
      asked++
      return answer()
    },
  }
  return {
    cuts,
    asked: () => asked,
    watch: () => streams.watcher(who, null)((error) => cuts.push(error.code)),
    raise: () => {
      epoch++
    },
    answers: (next: () => Promise<void>) => {
      answer = next
    },
  }
}

const refuse = async (): Promise<void> => {
  throw new AppError('key_revoked')
}

describe('A stream', () => {
  it('is cut when the right was lost before it was watched', async () => {
    const { watch, cuts, answers } = scene()
    answers(refuse)
    watch()
    await vi.advanceTimersByTimeAsync(0)
    expect(cuts).toEqual(['key_revoked'])
  })

  it('is cut once, within 50 ms of the epoch that took the right', async () => {
    const { watch, cuts, answers, raise } = scene()
    watch()
    await vi.advanceTimersByTimeAsync(500)
    expect(cuts).toEqual([])
    answers(refuse)
    raise()
    await vi.advanceTimersByTimeAsync(50)
    expect(cuts).toEqual(['key_revoked'])
    raise()
    await vi.advanceTimersByTimeAsync(5000)
    expect(cuts).toHaveLength(1)
  })

  it('is asked about when the epoch rises and once a second, and at no other time', async () => {
    const { watch, asked, raise } = scene()
    const unwatch = watch()
    await vi.advanceTimersByTimeAsync(100)
    const before = asked()
    await vi.advanceTimersByTimeAsync(800)
    expect(asked()).toBe(before)
    raise()
    await vi.advanceTimersByTimeAsync(100)
    expect(asked()).toBe(before + 1)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked()).toBe(before + 11)
    unwatch()
    raise()
    await vi.advanceTimersByTimeAsync(5000)
    expect(asked()).toBe(before + 11)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('goes on while nobody knows, and is cut as soon as somebody does', async () => {
    const { watch, cuts, answers, raise } = scene()
    watch()
    answers(async () => {
      throw new AppError('store_unavailable')
    })
    raise()
    await vi.advanceTimersByTimeAsync(3000)
    expect(cuts).toEqual([])
    answers(refuse)
    await vi.advanceTimersByTimeAsync(1050)
    expect(cuts).toEqual(['key_revoked'])
  })

  it('is asked about again when the epoch rose during the question', async () => {
    const { watch, cuts, answers, raise } = scene()
    let tell = (): void => {}
    answers(
      () =>
        new Promise((resolve) => {
          tell = resolve
        }),
    )
    watch()
    await vi.advanceTimersByTimeAsync(50)
    raise()
    await vi.advanceTimersByTimeAsync(50)
    answers(refuse)
    tell()
    await vi.advanceTimersByTimeAsync(0)
    expect(cuts).toEqual(['key_revoked'])
  })
})
