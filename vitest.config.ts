import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take minutes, the longest first: begun last, one of them would keep us waiting alone. */
const LONG_ONES = [
  'faults/kill',
  'foreign-origin',
  'keycloak',
  'eggapi',
  'matrix',
  'guides',
  'task-kill',
  'webhook-kill',
  'dashboard-generation',
  'dashboard',
  'limits-sdk',
  'playground',
  'eugpt',
  'eurouter',
]

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG_ONES.findIndex((name) => moduleId.includes(`${name}.test.`))
      return at < 0 ? LONG_ONES.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  test: {
    include: ['{server,cli,sdk,web}/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(process.env.LONG ? [] : ['**/*.long.test.ts'])],
    environment: 'node',
    sequence: { sequencer: LongOnesFirst },
    pool: 'forks',
    // Most tests wait for processes of their own.
    maxWorkers: Math.max(3, Math.ceil(availableParallelism() / 2)),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    slowTestThreshold: 1_000,
    allowOnly: !process.env.CI && !process.env.REQUIRE_ALL,
    passWithNoTests: false,
    // The code under test is loaded as in production, by Node's own type stripping: figures that a test measures are
    // the product's, and what Node cannot load fails here. The price is vi.mock, which this house does not use.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
})
