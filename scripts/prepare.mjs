import { ensureDependencies } from './install.mjs'
import { continueOnRecentNode } from './node.mjs'

/** What every command of the house needs first: a Node that runs TypeScript, and the dependencies. */
export async function prepare({ withTools }) {
  await continueOnRecentNode()
  await ensureDependencies({ withTools })
}

/** Node 22 warns at every TypeScript file that stripping types is experimental; later versions do not. */
export function quietTypeStripping() {
  return process.versions.node.startsWith('22.') ? ['--disable-warning=ExperimentalWarning'] : []
}
