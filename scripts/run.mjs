// Runs a TypeScript file of the house: node scripts/run.mjs <file> [arguments]
import { fileURLToPath } from 'node:url'
import { prepare, quietTypeStripping } from './prepare.mjs'
import { exitLike, run } from './spawn.mjs'

await prepare({ withTools: true })
const root = fileURLToPath(new URL('..', import.meta.url))
exitLike(await run(process.execPath, [...quietTypeStripping(), ...process.argv.slice(2)], { cwd: root }))
