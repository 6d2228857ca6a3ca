import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guidesIn, needsOf, openRoom, runGuide, startsFromNothing } from './guides/run.mjs'
import { fillIn } from './guides/stand-ins.mjs'
import { readSteps, whatIsMissing } from './guides/steps.mjs'

/** Each guide starts a dozen processes, on a machine that runs other tests as well. */
const LIMIT_MS = 600_000

const page = (...lines) => lines.join('\n').replaceAll("'''", '```')

describe('what a guide asks for is read to the letter', () => {
  test('commands, files, servers, what is to be seen and what is left out', () => {
    const { needs, steps } = readSteps(
      page(
        '<!-- needs: PostgreSQL -->',
        "'''yaml",
        '# claviger.yaml',
        'port: 1',
        "'''",
        "'''sh server=node-1",
        'serve',
        "'''",
        "'''text",
        'ready',
        "'''",
        "'''sh skip=\"no network\"",
        'npm install',
        "'''",
        '<!-- stop: node-1 -->',
      ),
      'a.md',
    )
    expect(needs).toEqual(['PostgreSQL'])
    expect(steps).toEqual([
      { kind: 'write', file: 'claviger.yaml', text: '# claviger.yaml\nport: 1\n', line: 2 },
      {
        kind: 'run',
        text: 'serve',
        line: 6,
        server: 'node-1',
        expected: { language: 'text', text: 'ready' },
      },
      { kind: 'run', text: 'npm install', line: 12, skip: 'no network' },
      { kind: 'stop', name: 'node-1', line: 15 },
    ])
  })

  test('an output without its command, and a server of which nobody knows when it is ready, are faults', () => {
    expect(() => readSteps(page("'''text", 'x', "'''"), 'a.md')).toThrow('a.md:1: no command')
    expect(() => readSteps(page("'''sh server", 'x', "'''"), 'a.md')).toThrow('a.md:1: say what')
  })

  test('an output has the lines in their order; … stands for anything, and for nothing else', () => {
    const text = { language: 'text', text: 'NAME  COST\nAda … credits\n…\nend' }
    expect(whatIsMissing(text, 'x\nNAME COST\nAda 3 credits\nmore\nend\n')).toBeUndefined()
    expect(whatIsMissing(text, 'NAME COST\nAda 3 pounds\nend')).toBe('this line did not come: Ada … credits')
    expect(whatIsMissing(text, 'end\nAda 3 credits\nNAME COST')).toMatch('did not come: Ada')
    expect(whatIsMissing({ language: 'text', text: 'a.c' }, 'abc')).toMatch('did not come')
    const json = { language: 'json', text: '{"a": {"b": "x…"}, "n": 1}' }
    expect(whatIsMissing(json, '{"n":1,"a":{"b":"xyz","c":2}}')).toBeUndefined()
    expect(whatIsMissing(json, '{"n":1,"a":{"b":"yz"}}')).toMatch('the answer.a.b is "yz"')
    expect(whatIsMissing(json, 'curl: failed')).toMatch('no JSON')
  })

  test('what a guide needs before its first command stands in it', () => {
    const silent = guidesIn().filter((path) => {
      const text = readFileSync(new URL(`../docs/${path}`, import.meta.url), 'utf8')
      return !startsFromNothing(path) && !/`npm start`\s+has\s+run\s+once/.test(text)
    })
    expect(silent).toEqual([])
  })

  test('only what is the reader’s own is replaced, and what he copies must have been shown', () => {
    const mine = { own: { VLLM_URL: 'http://127.0.0.1:1/v1' }, ports: { 8787: '5000' } }
    const key = `cvg_${'a'.repeat(36)}`
    expect(fillIn('VLLM_URL=http://x/v1\ncurl :8787/18787', mine, '')).toBe(
      'VLLM_URL=http://127.0.0.1:1/v1\ncurl :5000/18787',
    )
    expect(fillIn('export CLAVIGER_API_KEY=cvg_…', mine, `key ${key}.`)).toBe(
      `export CLAVIGER_API_KEY=${key}`,
    )
    expect(() => fillIn('export CLAVIGER_API_KEY=cvg_…', mine, 'no key')).toThrow('nothing was shown')
  })
})

describe.skipIf(process.platform === 'win32')(
  'a new user can do what each guide says, as it is written',
  () => {
    let room
    beforeAll(async () => {
      room = await openRoom()
    }, LIMIT_MS)
    afterAll(() => room?.close())

    const follow = async (path) => expect((await runGuide(path, room)).commands).toBeGreaterThan(0)
    const [shared, own] = [true, false].map((wanted) =>
      guidesIn().filter((path) => needsOf(path).includes('PostgreSQL') === wanted),
    )
    test.concurrent.each(own)('docs/%s', { timeout: LIMIT_MS }, follow)
    describe.skipIf(!process.env.TEST_DATABASE_URL)('on PostgreSQL', () => {
      test.concurrent.each(shared)('docs/%s', { timeout: LIMIT_MS }, follow)
    })
  },
)
