import { expect, test } from 'vitest'
import { summarize } from './reporter.mjs'

const NO_POSTGRES = { PostgreSQL: 'PostgreSQL was not found' }

test('passed, failed and skipped are counted, skips by group and reason', () => {
  const run = moduleOf('a.test.ts', [
    testOf(['adds'], 'passed'),
    testOf(['breaks'], 'failed'),
    testOf(['on PostgreSQL', 'one'], 'skipped'),
    testOf(['on PostgreSQL', 'two'], 'skipped'),
    testOf(['noted'], 'skipped', { note: 'it is Tuesday' }),
    testOf(['planned'], 'skipped', { mode: 'todo' }),
    testOf(['silent'], 'skipped'),
  ])
  const summary = summarize([run], [], NO_POSTGRES)
  expect(summary).toMatchObject({ passed: 1, failed: 1, brokenSetups: 0, unhandled: 0 })
  expect(summary.skipped).toEqual([
    { group: 'a.test.ts: on PostgreSQL', reason: 'PostgreSQL was not found', count: 2 },
    { group: 'a.test.ts: noted', reason: 'it is Tuesday', count: 1 },
    { group: 'a.test.ts: planned', reason: 'it is still to be written', count: 1 },
    { group: 'a.test.ts: silent', reason: 'no reason is given (skip or only)', count: 1 },
  ])
})

test('a group whose set-up failed, and an error outside of tests, are not lost', () => {
  const run = moduleOf('a.test.ts', [testOf(['group', 'never run'], 'skipped')], { broken: true })
  expect(summarize([run], [{}], {})).toMatchObject({ passed: 0, brokenSetups: 1, unhandled: 1 })
})

test('tests that a name filter leaves out are not called skipped', () => {
  const run = moduleOf('a.test.ts', [testOf(['wanted'], 'passed'), testOf(['other'], 'skipped')])
  expect(summarize([run], [], {}, /wanted/).skipped).toEqual([])
})

function moduleOf(path, tests, { broken = false } = {}) {
  return {
    relativeModuleId: path,
    errors: () => (broken ? [new Error('set-up')] : []),
    diagnostic: () => ({ duration: 0 }),
    children: { allSuites: () => [], allTests: () => tests },
  }
}

function testOf(names, state, { note, mode = 'skip' } = {}) {
  const parent = names
    .slice(0, -1)
    .reduce((above, name) => ({ type: 'suite', name, parent: above }), { type: 'module' })
  return { type: 'test', name: names.at(-1), parent, options: { mode }, result: () => ({ state, note }) }
}
