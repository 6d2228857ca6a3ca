import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{server,cli,sdk,web}/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
    exclude: ['**/node_modules/**', '**/dist/**', ...(process.env.LONG ? [] : ['**/*.long.test.ts'])],
    environment: 'node',
    pool: 'forks',
    maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
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
