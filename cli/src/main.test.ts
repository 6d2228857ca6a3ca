import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { MAIN, runNode, stopAll } from '../../server/test/support/processes.ts'
import { OPERATOR_COMMANDS } from './operator.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const BIN = join(root, 'cli', 'bin', 'claviger.mjs')
/** Each call is a process, and a busy machine starts few of them a second. */
const LIMIT_MS = 120_000
const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  await stopAll()
})

const claviger = (...args: string[]) => runNode([BIN, ...args], { CLAVIGER_API_KEY: 'cvg_key' })

describe('help', { timeout: LIMIT_MS }, () => {
  it('shows both groups of commands', async () => {
    const { code, stdout } = await claviger('--help')
    expect(code).toBe(0)
    for (const command of [
      'keys list',
      'keys create',
      'keys revoke',
      'usage',
      'chat',
      ...OPERATOR_COMMANDS,
    ]) {
      expect(stdout).toContain(command)
    }
    expect((await claviger('keys', 'create', '--help')).stdout).toBe(stdout)
  })

  it('the operator’s commands are exactly those of the server', async () => {
    const { stdout } = await runNode([MAIN, '--help'], {})
    const theirs = [...stdout.matchAll(/^ {2}claviger ([a-z]+)/gm)].map(([, command]) => command)
    expect(new Set(theirs)).toEqual(new Set(OPERATOR_COMMANDS))
    expect((await claviger('admin', '--help')).stdout).toBe(stdout)
  })

  it('the version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'cli', 'package.json'), 'utf8')) as {
      version: string
    }
    expect((await claviger('--version')).stdout).toBe(`claviger ${version}\n`)
  })
})

describe('wrong usage ends with 2 and says what to do', { timeout: LIMIT_MS }, () => {
  it.each([
    [[], 'Name a command'],
    [['kyes', 'list'], 'no command kyes'],
    [['keys'], 'keys list|create'],
    [['keys', 'drop'], 'keys list|create'],
    [['keys', 'create'], 'Name the key'],
    [['keys', 'create', 'a', 'b'], 'keys list|create'],
    [['keys', 'create', 'a', '--limit', '1e3'], '--limit must be a number of credits'],
    [['keys', 'create', 'a', '--limit', '-1'], '--limit'],
    [['keys', 'create', 'a', '--limit-reset', 'yearly'], 'daily, weekly, monthly'],
    [['keys', 'list', '--limit', '1'], '--limit is no option of claviger keys list'],
    [['keys', 'list', '--json=yes'], '--json'],
    [['keys', 'revoke'], 'keys list|create'],
    [['keys', 'revoke', `cvg_${'a'.repeat(36)}`], 'That is the key itself'],
    [['usage', 'today'], 'takes no today'],
    [['usage', '--last', '0'], '--last must be a whole number'],
    [['usage', '--group-by', 'day'], '--group-by goes with --summary'],
    [['usage', '--summary', '--group-by', 'colour'], 'model, end_user, key, project, day'],
    [['usage', '--sumary'], '--sumary'],
    [['chat'], 'Say something'],
    [['keys', 'list', '--key', 'cvg_secret'], 'not taken as an argument'],
    [['chat', 'Hi', '--api-key=cvg_secret'], 'not taken as an argument'],
    [['admin'], 'users|organizations|projects'],
    [['admin', 'users', 'list', '--frob'], '--frob'],
    [['backup'], 'backup <file>'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await claviger(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain('--help')
    expect(stderr).not.toContain('cvg_')
  })
})

it('npx claviger works in a checkout: its installation has linked the command', () => {
  expect(realpathSync(join(root, 'node_modules', '.bin', 'claviger'))).toBe(realpathSync(BIN))
})

describe('as an installed package', { timeout: LIMIT_MS }, () => {
  it('without the server beside it, an operator’s command says how to get it, and the others work', async () => {
    const bin = installAlone()
    const serve = await runNode([bin, 'serve'], {})
    expect(serve).toMatchObject({ code: 1, stdout: '' })
    expect(serve.stderr).toContain('npm install --global @claviger/server')
    expect((await runNode([bin, '--version'], {})).code).toBe(0)
    const keys = await runNode([bin, 'keys', 'list'], {
      CLAVIGER_API_KEY: 'k',
      CLAVIGER_URL: 'http://127.0.0.1:1',
    })
    expect(keys.stderr).toContain('cannot be reached')
  })

  it.each(['18.20.8', '20.20.2', '22.18.0', '23.11.1'])(
    'Node %s is told that it is too old',
    async (version) => {
      const { code, stdout, stderr } = await runNode([...pretend(version), installAlone(), '--version'], {})
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toBe(
        `Node ${version} is too old for Claviger. Please install Node 22.19 or later (24 is recommended): https://nodejs.org\n`,
      )
    },
  )

  it.each(['22.19.0', '24.0.0', '26.1.0'])('Node %s is taken', async (version) => {
    expect((await runNode([...pretend(version), installAlone(), '--version'], {})).code).toBe(0)
  })

  /** The command and the SDK without anything else of the house around them. */
  function installAlone(): string {
    const folder = mkdtempSync(join(tmpdir(), 'claviger-alone-'))
    folders.push(folder)
    for (const name of ['cli', 'sdk']) {
      cpSync(join(root, name), join(folder, name), {
        recursive: true,
        filter: (path) => !path.includes('node_modules'),
      })
    }
    mkdirSync(join(folder, 'node_modules', '@claviger'), { recursive: true })
    symlinkSync(join(folder, 'sdk'), join(folder, 'node_modules', '@claviger', 'sdk'))
    for (const name of ['openapi-fetch', 'openapi-typescript-helpers']) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
    }
    return join(folder, 'cli', 'bin', 'claviger.mjs')
  }

  function pretend(version: string): string[] {
    const versions = `{ ...process.versions, node: '${version}' }`
    const code = `Object.defineProperty(process, 'versions', { value: ${versions} })`
    return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
  }
})
