import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testConfig } from '../../server/test/support/claviger.ts'
import { runNode, startNode, stop, stopAll } from '../../server/test/support/processes.ts'
import { openStage, type Stage, until } from '../../server/test/support/wire.ts'

const BIN = fileURLToPath(new URL('../bin/claviger.mjs', import.meta.url))
/** Each call is a process, and a busy machine starts few of them a second. */
const LIMIT_MS = 120_000

let stage: Stage
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claviger-cli-'))
  stage = await openStage(testConfig, false)
}, 60_000)
afterAll(async () => {
  await stage?.close()
  rmSync(folder, { recursive: true, force: true })
  await stopAll()
})

const env = () => ({ CLAVIGER_URL: stage.server.url, CLAVIGER_API_KEY: stage.owner.key })
const claviger = (...args: string[]) => runNode([BIN, ...args], env())

/** What a good call printed. */
async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await claviger(...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse(await printed(...args, '--json')) as T
}

describe('claviger keys', { timeout: LIMIT_MS }, () => {
  it('a key that is made here works, is listed, and is refused after it was revoked here', async () => {
    const made = await json<{ key: string; hash: string }>('keys', 'create', 'By hand')
    expect(made.key).toMatch(/^cvg_[0-9A-Za-z]{36}$/)
    const use = () =>
      fetch(`${stage.server.url}/api/v1/key`, { headers: { authorization: `Bearer ${made.key}` } })
    expect((await use()).status).toBe(200)
    const listed = await json<{ hash: string; name: string }[]>('keys', 'list')
    expect(listed[0]).toMatchObject({ name: 'By hand', hash: made.hash })
    expect(listed).toHaveLength(2)
    expect(await json('keys', 'revoke', made.hash)).toEqual({ hash: made.hash, state: 'revoked' })
    expect((await use()).status).toBe(401)
  })

  it('every option of a new key reaches the server', async () => {
    const made = await json<Record<string, unknown>>(
      ...['keys', 'create', '--name', 'Narrow', '--permissions', 'inference,usage:read', '--limit', '2.5'],
      ...['--limit-reset', 'weekly', '--expires-at', '2099-01-31T00:00:00Z', '--models', 'chat, embed'],
      ...['--cidrs', '127.0.0.0/8'],
    )
    expect(made).toMatchObject({
      name: 'Narrow',
      permissions: ['inference', 'usage:read'],
      limit: 2.5,
      limit_reset: 'weekly',
      expires_at: '2099-01-31T00:00:00.000Z',
      allowed_models: ['chat', 'embed'],
      allowed_cidrs: ['127.0.0.0/8'],
    })
  })

  it('the output of a new key is the key and nothing else, the rest stands beside', async () => {
    const { code, stdout, stderr } = await claviger('keys', 'create', 'Plain')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^cvg_[0-9A-Za-z]{36}\n$/)
    expect(stderr).toContain('the only time the key is shown')
  })

  it('the list is a table for people', async () => {
    const made = await stage.owner.post('/api/v1/keys', { name: 'Budget', limit: 0.0000005 })
    expect(made.status).toBe(201)
    const [header, ...rows] = (await printed('keys', 'list')).trimEnd().split('\n')
    expect(header?.split(/ {2,}/)).toEqual([
      'NAME',
      'LABEL',
      'STATE',
      'USAGE',
      'LIMIT',
      'EXPIRES',
      'LAST USED',
      'HASH',
    ])
    const budget = rows.find((row) => row.startsWith('Budget'))
    expect(budget?.split(/ {2,}/).slice(2, 7)).toEqual(['active', '0', '0.0000005', 'never', 'never'])
    // Columns stand one under the other.
    const column = header?.indexOf('STATE') ?? -1
    expect(rows.every((row) => /^(active|disabled)/.test(row.slice(column)))).toBe(true)
  })

  it('disabled keys are listed when they are asked for', async () => {
    const { hash } = await json<{ hash: string }>('keys', 'create', 'Resting')
    await stage.owner.send('PATCH', `/api/v1/keys/${hash}`, { disabled: true })
    expect(await printed('keys', 'list')).not.toContain('Resting')
    expect(await printed('keys', 'list', '--include-disabled')).toMatch(/Resting .* disabled /)
  })
})

describe('claviger usage', { timeout: LIMIT_MS }, () => {
  beforeAll(async () => {
    await stage.upstream.script({})
    for (const user of ['ann', 'ann', 'bob'])
      await stage.owner.post('/v1/chat/completions', {
        model: 'chat',
        messages: [{ role: 'user', content: 'Hi' }],
        user,
      })
    await stage.owner.post('/v1/embeddings', { model: 'embed', input: 'Hi', user: 'bob' })
  })

  it('the last requests come newest first, as many as are asked for', async () => {
    const items = await json<{ end_user: string; model: string }[]>('usage', '--last', '3')
    expect(items.map((item) => [item.end_user, item.model])).toEqual([
      ['bob', 'embed'],
      ['bob', 'chat'],
      ['ann', 'chat'],
    ])
  })

  it('the last requests are a table for people', async () => {
    const out = await printed('usage')
    expect(out.split('\n')[0]?.split(/ {2,}/)).toEqual([
      'TIME',
      'MODEL',
      'END USER',
      'STATUS',
      'INPUT',
      'OUTPUT',
      'COST',
      'REQUEST',
    ])
    const [, newest, ...others] = out.trimEnd().split('\n')
    expect(newest?.split(/ {2,}/).slice(1, 4)).toEqual(['embed', 'bob', '200'])
    expect(others).toHaveLength(3)
  })

  it('sums come by the group that is asked for', async () => {
    const sums = await json<Record<string, unknown>[]>('usage', '--summary', '--group-by', 'end-user')
    expect(Object.fromEntries(sums.map((sum) => [sum.end_user, sum.request_count]))).toEqual({
      ann: 2,
      bob: 2,
    })
    const table = await printed('usage', '--summary', '--end-user', 'bob')
    expect(table).toMatch(/^MODEL +REQUESTS +INPUT +OUTPUT +COST\nchat +1 .*\nembed +1 .*\n$/)
  })
})

describe('claviger chat', { timeout: LIMIT_MS }, () => {
  it('the answer of the model is printed', async () => {
    await stage.upstream.script({ text: 'Good morning' })
    expect(await printed('chat', 'Say', 'hello', '--model', 'chat')).toBe('Good morning\n')
    const [record] = await stage.upstream.records()
    expect(record?.body.messages).toEqual([{ role: 'user', content: 'Say hello' }])
  })

  it('with --json the whole answer is printed, and with --stream an event a line', async () => {
    await stage.upstream.script({ pieces: 2 })
    const whole = await json<{ status: string }>('chat', 'Hi', '--model', 'chat')
    expect(whole.status).toBe('completed')
    const lines = (await printed('chat', 'Hi', '--model', 'chat', '--stream', '--json')).trimEnd().split('\n')
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type)
    expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed'])
  })

  it('with --stream the text is printed while the model still writes, and leaving ends its work', async () => {
    await stage.upstream.script({ pieces: 1000, pieceDelayMs: 20 })
    const { child, output } = await startNode(
      [BIN, 'chat', 'Hi', '--model', 'chat', '--stream'],
      env(),
      /word2 /,
    )
    expect(output()).toMatch(/^word0 word1 word2 /)
    expect(child.exitCode).toBeNull()
    await stop(child, 'SIGINT')
    await until(
      'the abort at the provider',
      async () => (await stage.upstream.records())[0]?.aborted || undefined,
    )
  })

  it('a stream ends with a line end, and is the same text as the whole answer', async () => {
    await stage.upstream.script({ pieces: 3 })
    expect(await printed('chat', 'Hi', '--model', 'chat', '--stream')).toBe('word0 word1 word2 \n')
  })

  it('the text can come from standard input', async () => {
    await stage.upstream.script({ text: 'Fine' })
    const child = spawn(process.execPath, [BIN, 'chat', '-', '--model', 'chat'], {
      env: { ...env(), PATH: '' },
    })
    child.stdin.end('How are you?')
    expect(await readAll(child.stdout)).toBe('Fine\n')
    const [record] = await stage.upstream.records()
    expect(record?.body.messages).toEqual([{ role: 'user', content: 'How are you?' }])
  })

  it('a stream that breaks is a failure that says why', async () => {
    await stage.upstream.script({ pieces: 5, cutAfter: 3 })
    const { code, stdout, stderr } = await claviger('chat', 'Hi', '--model', 'chat-native', '--stream')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^(word\d )*\n?$/)
    expect(stderr).toContain('provider')
  })

  it.each(['--stream', '--json'])(
    'a translated answer that fails in its middle is a failure (%s)',
    async (flag) => {
      await stage.upstream.script({ pieces: 5, cutAfter: 3 })
      const { code, stderr } = await claviger('chat', 'Hi', '--model', 'chat', '--stream', flag)
      expect(code).toBe(1)
      expect(stderr).toContain('The model failed')
    },
  )

  it('a reader that has seen enough ends the command without a word', async () => {
    await stage.upstream.script({ pieces: 2000, pieceDelayMs: 5 })
    const child = spawn(process.execPath, [BIN, 'chat', 'Hi', '--model', 'chat', '--stream'], {
      env: env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const [stderr, code] = await Promise.all([
      readAll(child.stderr),
      new Promise((resolve) => child.once('exit', resolve)),
    ])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  })
})

describe('where the server and the key come from', { timeout: LIMIT_MS }, () => {
  it('options go before the environment', async () => {
    const file = join(folder, 'key')
    writeFileSync(file, `${stage.owner.key}\n`)
    const wrong = { CLAVIGER_URL: 'http://127.0.0.1:1', CLAVIGER_API_KEY: 'cvg_nonsense' }
    const args = ['keys', 'list', '--url', stage.server.url, '--key-file', file]
    expect((await runNode([BIN, ...args], wrong)).code).toBe(0)
  })

  it.each([
    ['no key', {}, ['keys', 'list'], 2, 'CLAVIGER_API_KEY'],
    ['a missing file', {}, ['keys', 'list', '--key-file', '/nowhere/key'], 2, 'no such file'],
    [
      'an address that is none',
      { CLAVIGER_API_KEY: 'k' },
      ['keys', 'list', '--url', 'localhost'],
      2,
      '--url',
    ],
    [
      'a server that is not there',
      { CLAVIGER_API_KEY: 'k', CLAVIGER_URL: 'http://127.0.0.1:1' },
      ['chat', 'Hi'],
      1,
      'does the server run',
    ],
  ])('%s is said, with what to do', async (_, given, args, code, message) => {
    const result = await runNode([BIN, ...args], given)
    expect(result).toMatchObject({ code, stdout: '' })
    expect(result.stderr).toContain(message)
    expect(result.stderr).not.toContain(' at ')
  })

  it('a refused key is a failure that names the request and where the key comes from', async () => {
    const result = await runNode([BIN, 'keys', 'list'], { ...env(), CLAVIGER_API_KEY: 'cvg_nonsense' })
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/^Invalid API key \(401, request req_\w+\)\nThe key comes from /)
  })
})
