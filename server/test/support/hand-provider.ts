/** A provider whose answers a test gives by hand, and a catalogue with a model on it. */
import type { Catalogue, Model } from '../../src/providers/catalogue.ts'
import type { Catalogues } from '../../src/providers/catalogues.ts'
import type { GenerationStep, Generator } from '../../src/providers/generation.ts'
import { RouteHealth } from '../../src/providers/route-health.ts'
import { draw } from '../../src/providers/sandbox/drawing.ts'

/** A provider whose every answer the test gives itself. */
export class Provider implements Generator {
  readonly id: string
  readonly asked: { readonly what: 'submit' | 'poll'; answer(step: GenerationStep | Error): void }[] = []

  constructor(id: string) {
    this.id = id
  }

  submit(): Promise<GenerationStep> {
    return this.#ask('submit')
  }

  poll(): Promise<GenerationStep> {
    return this.#ask('poll')
  }

  get whats(): string[] {
    return this.asked.map(({ what }) => what)
  }

  #ask(what: 'submit' | 'poll'): Promise<GenerationStep> {
    return new Promise((resolve, reject) => {
      const answer = (step: GenerationStep | Error) => (step instanceof Error ? reject(step) : resolve(step))
      this.asked.push({ what, answer })
    })
  }
}

export async function pictures(count: number): Promise<GenerationStep> {
  const job = { taskId: 't', type: 'image_generate', model: 'm', prompt: 'A cat', outputs: count } as const
  const files = Array.from({ length: count }, (_, position) =>
    draw({ ...job, imageUrls: [], idempotencyKey: 'k' }, position),
  )
  return { state: 'finished', files: await Promise.all(files) }
}

/** The model `draw`, at 0.01 a picture, on these providers; and what stands for the catalogues of a node. */
export function catalogueOf(providers: readonly Provider[]): {
  readonly catalogue: Catalogue
  readonly catalogues: Catalogues
} {
  const routes = providers.map((provider) => ({
    provider: { id: provider.id, generator: provider, hideCredentials: (text: string) => text },
    model: 'upstream-draw',
    health: new RouteHealth(100, 1000),
  }))
  const generation = {
    prices: { per: 'output', credits: '0.01' },
    maxOutputs: 4,
    aspectRatios: [],
    resolutions: [],
    editing: false,
    timeoutMs: 600_000,
  }
  const model = { id: 'draw', kind: 'image', config: { id: 'draw', kind: 'image', generation }, routes }
  const catalogue = { models: new Map([['draw', model as unknown as Model]]) } as unknown as Catalogue
  const use = { catalogue, users: 0 }
  const catalogues = { newest: async () => catalogue, enter: () => use, leave: () => {} }
  return { catalogue, catalogues: catalogues as unknown as Catalogues }
}
