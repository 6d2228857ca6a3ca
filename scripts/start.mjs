// npm start: the server from its sources, with everything it needs. Arguments after `--` reach the server.
import { fileURLToPath } from 'node:url'
import { buildWeb } from './build-web.mjs'
import { prepare, quietTypeStripping } from './prepare.mjs'
import { exitLike, run } from './spawn.mjs'

await prepare({ withTools: false })
// Without its dashboard the server still serves its API.
await buildWeb()
const root = fileURLToPath(new URL('..', import.meta.url))
const serve = ['server/src/main.ts', 'serve', '--first-key', ...process.argv.slice(2)]
exitLike(await run(process.execPath, [...quietTypeStripping(), ...serve], { cwd: root }))
