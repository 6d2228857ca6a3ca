import { writeFileSync } from 'node:fs'

const SLOW_MS = 5_000

/** Writes what scripts/test.mjs needs for its summary; what is seen during the run is the default reporter's. */
export default class SummaryReporter {
  onInit(vitest) {
    this.pattern = vitest.config.testNamePattern
  }

  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.CLAVIGER_TEST_RESULT
    const missing = JSON.parse(process.env.CLAVIGER_MISSING_PARTS ?? '{}')
    if (file) writeFileSync(file, JSON.stringify(summarize(modules, unhandledErrors, missing, this.pattern)))
  }
}

export function summarize(modules, unhandledErrors, missing, pattern) {
  const summary = {
    passed: 0,
    failed: 0,
    brokenSetups: 0,
    unhandled: unhandledErrors.length,
    skipped: [],
    slow: [],
  }
  const groups = new Map()
  for (const module of modules) {
    const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
    summary.brokenSetups += broken.length
    for (const test of module.children.allTests()) {
      const { state, note } = test.result()
      if (state === 'passed') summary.passed += 1
      else if (state === 'failed') summary.failed += 1
      else if (!pattern || pattern.test(namesOf(test).join(' '))) {
        const reason = broken.length > 0 ? 'its set-up failed' : (note ?? reasonFor(test, missing))
        const group = `${module.relativeModuleId}: ${namesOf(test)[0]}`
        const known = groups.get(`${group}\n${reason}`)
        if (known) known.count += 1
        else groups.set(`${group}\n${reason}`, { group, reason, count: 1 })
      }
    }
    const { duration } = module.diagnostic()
    if (duration >= SLOW_MS) summary.slow.push({ group: module.relativeModuleId, seconds: duration / 1000 })
  }
  summary.skipped = [...groups.values()]
  summary.slow.sort((a, b) => b.seconds - a.seconds)
  return summary
}

/** A group that needs a part names it in its title ("on PostgreSQL"), so that nothing else has to be said. */
function reasonFor(test, missing) {
  if (test.options.mode === 'todo') return 'it is still to be written'
  const title = namesOf(test).join(' ').toLowerCase()
  const part = Object.keys(missing).find((name) => title.includes(name.toLowerCase()))
  return part ? missing[part] : 'no reason is given (skip or only)'
}

function namesOf(test) {
  const names = []
  for (let node = test; node.type !== 'module'; node = node.parent) names.unshift(node.name)
  return names
}
