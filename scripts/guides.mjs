// node scripts/guides.mjs [guide …]: does what the guides in docs/ say, block by block, in a fresh copy of the sources, and
// fails where a command fails or a reader would not see what the guide says. With --fresh nothing is installed beforehand.
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
try {
  await Promise.all(guides.map(follow))
} finally {
  await room.close()
}

async function follow(path) {
  const before = Date.now()
  const seconds = () => `${((Date.now() - before) / 1000).toFixed(1)} s`
  try {
    const { commands, skipped } = await runGuide(path, room, { fresh })
    console.log(`ok    ${path}: ${commands} blocks in ${seconds()}`)
    for (const reason of skipped) console.log(`      skipped, ${reason}`)
  } catch (error) {
    process.exitCode = 1
    console.log(`FAIL  ${error.message}`)
  }
}
