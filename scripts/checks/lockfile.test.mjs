import { expect, test } from 'vitest'
import { faultsOf, isBelowLines } from './lockfile.mjs'

test.each([
  ['8.5.0', false],
  ['8.4.9', true],
  ['8.12.4', false],
  ['7.28.0', false],
  ['7.27.9', true],
  ['6.99.0', true],
  ['9.0.0', false],
  ['8.5.0-beta.1', true],
])('with floors 7.28.0 and 8.5.0, %s is below: %s', (version, below) => {
  expect(isBelowLines(version, ['7.28.0', '8.5.0'])).toBe(below)
})

test.each([
  ['its floor', { version: '1.9.0', integrity: 'sha512-x' }],
  ['download address', { version: '2.0.0', integrity: 'sha512-x', resolved: 'https://example.com/a.tgz' }],
  ['no integrity', { version: '2.0.0' }],
  ['run a script', { version: '2.0.0', integrity: 'sha512-x', hasInstallScript: true }],
  ['banned', { version: '2.6.6', integrity: 'sha512-x' }],
])('a package is refused for: %s', (fault, entry) => {
  const rules = {
    floors: { a: { lines: ['2.0.0'], why: '' } },
    banned: { a: { versions: ['2.6.6'], why: '' } },
  }
  const faults = [...faultsOf({ '': {}, 'server/node_modules/a': entry }, rules)]
  expect(faults).toEqual([expect.stringContaining(fault)])
})
