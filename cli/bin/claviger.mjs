#!/usr/bin/env node
// Must run on any Node from 18, so that an old one ends in a clear word: whatever needs more is loaded afterwards.
import { existsSync } from 'node:fs'

const MINIMUM_NODE = [22, 19]

await useRecentNode()
try {
  const { main } = await import('../src/main.ts')
  await main(process.argv.slice(2))
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error
  console.error(`A part of Claviger is missing; npm install brings it.\n${error.message}`)
  process.exitCode = 1
}

/** In a checkout `npm install` was all that was asked of the user, so a Node that fits is fetched, as for npm start. */
async function useRecentNode() {
  const scripts = new URL('../../scripts/', import.meta.url)
  if (!existsSync(new URL('node.mjs', scripts))) return refuseOldNode()
  const { continueOnRecentNode } = await import(new URL('node.mjs', scripts).href)
  await continueOnRecentNode()
  const { quietTypeStripping } = await import(new URL('prepare.mjs', scripts).href)
  const quiet = quietTypeStripping()
  if (quiet.every((option) => process.execArgv.includes(option))) return
  const { exitLike, run } = await import(new URL('spawn.mjs', scripts).href)
  exitLike(await run(process.execPath, [...quiet, ...process.execArgv, ...process.argv.slice(1)]))
  // A signal may take a moment to end us.
  await new Promise(() => {})
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [leastMajor, leastMinor] = MINIMUM_NODE
  if (major > leastMajor + 1 || (major === leastMajor && minor >= leastMinor)) return
  console.error(
    `Node ${process.versions.node} is too old for Claviger. Please install Node ${leastMajor}.${leastMinor} or later (24 is recommended): https://nodejs.org`,
  )
  process.exit(1)
}
