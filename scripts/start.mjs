// npm start: the server from its sources, with everything it needs. Arguments after `--` reach the server.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWeb } from './build-web.mjs'
import { prepare, quietTypeStripping } from './prepare.mjs'
import { exitLike, run } from './spawn.mjs'

await prepare({ withTools: false })
// Without its dashboard the server still serves its API.
await buildWeb()
const root = fileURLToPath(new URL('..', import.meta.url))
const serve = ['server/src/main.ts', 'serve', '--first-key', ...process.argv.slice(2)]
// What was compiled is kept, so that the next start takes half as long.
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'compiled')
const env = { ...process.env, NODE_COMPILE_CACHE }
exitLike(await run(process.execPath, [...quietTypeStripping(), ...serve], { cwd: root, env }))
