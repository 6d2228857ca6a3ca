import fc from 'fast-check'
import { story } from './ledger-steps.ts'
import { LedgerWorld } from './ledger-world.ts'
import { makeDatabase } from './stores.ts'

/** How many stories each tier plays, and how long it may take over them; `LEDGER_RUNS` in the environment asks for more. */
export const LEDGER_RUNS = {
  short: { sqlite: 150, postgres: 30, minutes: 1 },
  long: { sqlite: 10_000, postgres: 10_000, minutes: 10 },
} as const

/** Plays stories until one goes wrong, which is then told as short as possible. @returns how many were played, and of what */
export async function playLedger(postgres: boolean, tier: keyof typeof LEDGER_RUNS) {
  const { sqlite, postgres: onPostgres, minutes } = LEDGER_RUNS[tier]
  const numRuns = Number(process.env.LEDGER_RUNS ?? (postgres ? onPostgres : sqlite))
  const database = await makeDatabase(postgres)
  try {
    const store = await database.open()
    const stores = [store, postgres ? await database.open() : store] as const
    const deps = await database.deps(store)
    let played = 0
    let steps = 0
    const happened: Record<string, number> = {}
    const told = fc.asyncProperty(story, async (drawn) => {
      const world = new LedgerWorld(stores, deps, drawn)
      await world.play(drawn)
      played++
      steps += drawn.steps.length
      for (const [name, count] of world.happened) happened[name] = (happened[name] ?? 0) + count
    })
    // On SQLite the number is the promise; on PostgreSQL, where a step takes longer, it is as many as fit.
    const until = postgres ? { interruptAfterTimeLimit: minutes * 60_000 } : {}
    await fc.assert(told, { numRuns, ...until })
    return { played, steps, happened }
  } finally {
    await database.remove()
  }
}
