// node scripts/guides.mjs [guide …]: does what the guides in docs/ say, block by block, in a fresh copy of the sources, and
// fails where a command fails or a reader would not see what the guide says. With --fresh in a new clone instead, on the
// Node that the machine has, with nothing installed but by what the guides say; that takes npm's registry and some minutes.
import { buildWeb } from './build-web.mjs'
import { guidesIn, openRoom, runGuide } from './guides/run.mjs'
import { prepare } from './prepare.mjs'

await prepare({ withTools: false })
const given = process.argv.slice(2)
const fresh = given.includes('--fresh')
const wanted = given.filter((word) => word !== '--fresh')
const guides = guidesIn().filter((path) => wanted.length === 0 || wanted.some((word) => path.includes(word)))
if (!fresh) await buildWeb()
const room = await openRoom()
let leaving = false
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    leaving = true
    await room.close()
    process.exit(130)
  })
}
try {
  await Promise.all(guides.map(follow))
} finally {
  await room.close()
}

async function follow(path) {
  try {
    const { commands, skipped, seconds } = await runGuide(path, room, { fresh })
    console.log(`ok    ${path}: ${commands} blocks in ${seconds.toFixed(1)} s`)
    for (const reason of skipped) console.log(`      skipped, ${reason}`)
  } catch (error) {
    if (leaving) return
    process.exitCode = 1
    console.log(`FAIL  ${error.message}`)
  }
}
