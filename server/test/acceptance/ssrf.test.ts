import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { withGeneration } from '../support/generation.ts'
import { type NameServer, startNameServer } from '../support/name-server.ts'
import { OPEN_SIGN_UP, type Person, signUp } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { type Sink, startSink } from '../support/sink.ts'
import { until } from '../support/wire.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const PLACE = '/api/dashboard/webhooks'
const LOG = '/api/dashboard/webhook-deliveries'

let installation: Installation
let server: Server
let names: NameServer
/** What must not be reached, and what the operator allows. */
let target: Sink
let allowed: Sink
let owner: Person

beforeAll(async () => {
  target = await startSink('127.0.0.1')
  allowed = await startSink('127.0.0.2')
  names = await startNameServer()
  const outbound = {
    allowHttp: true,
    allowCidrs: ['127.0.0.2/32'],
    ports: [target.port, allowed.port],
    resolver: names.address,
  }
  installation = await install(
    withGeneration(
      testConfig('http://127.0.0.1:9/v1', { outbound, webhooks: { allowUnsigned: true }, ...OPEN_SIGN_UP }),
    ),
  )
  server = await installation.start()
  owner = await signUp(server.url)
})
afterAll(async () => {
  await server?.stop()
  names?.close()
  await Promise.all([target?.close(), allowed?.close()])
  await installation?.remove()
})
afterAll(stopAll)

/** The port of the target in place of `PORT`; of names, the name server says 127.0.0.1. */
const REFUSED = [
  'http://127.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://0x7f.1:PORT/',
  'http://2130706433:PORT/',
  'http://017700000001:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[::1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[2001:0:7f00:1::1]:PORT/',
  'http://[fe80::1]:PORT/',
  'http://[fd00:ec2::254]/',
  'http://169.254.169.254/',
  'http://168.63.129.16/',
  'http://100.100.100.200/',
  'http://metadata.google.internal:PORT/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.0.1/',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://192.0.0.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'https://1.1.1.1/',
  'http://①②⑦.⓪.⓪.①:PORT/',
  'http://127。0。0。1:PORT/',
  'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://localhost:PORT/',
  'http://localhost.:PORT/',
  'http://x.localhost:PORT/',
  'http://claviger:PORT/',
  'http://name.example.com:PORT/',
  'http://good.example.com@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT#@good.example.com',
  'http://good.example.com\\@127.0.0.1:PORT/',
  'http:\\\\127.0.0.1:PORT\\',
  'http:127.0.0.1:PORT',
  '//127.0.0.1:PORT/',
  'http://user:password@name.example.com:PORT/',
  'http://@name.example.com:PORT/',
  'https://name.example.com:22/',
  'https://name.example.com:5432/',
  'https://name.example.com:6379/',
  'https://name.example.com:0/',
  'https://name.example.com:99999/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:PORT/',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'ftp://127.0.0.1:PORT/',
  'unix:/var/run/docker.sock',
  `http://name.example.com:PORT/${'a'.repeat(2048)}`,
  `http://${'a'.repeat(64)}.example.com:PORT/`,
  'http://xn--\u00fc\u00fc.example.com:PORT/',
  'http://127.0.0.1:PORT/\r\nHost: x',
  'http://127.0.0.\t1:PORT/',
  ' http://127.0.0.1:PORT/',
]

/** What a test event to the address came to: refused with the address, or what the log says of its attempt. */
async function tryAt(url: string): Promise<{ status: number; error?: string; attempt?: number | null }> {
  const made = await owner.send('POST', PLACE, { url })
  if (made.status !== 201) return { status: made.status, error: JSON.stringify(await made.json()) }
  const { id } = ((await made.json()) as { data: { id: string } }).data
  const sent = await owner.ask('POST', `${PLACE}/${id}/test`)
  const attempt = await until('an attempt', async () => {
    const { data } = await owner.ask('GET', `${LOG}/${sent.data.delivery_id}`)
    return data.attempt_log[0]
  })
  await owner.ask('DELETE', `${PLACE}/${id}`)
  return { status: 201, error: attempt.error, attempt: attempt.status }
}

describe('an address that a user names', () => {
  it.each(REFUSED)('%s is not connected to', async (form) => {
    const outcome = await tryAt(form.replace('PORT', String(target.port)))
    if (outcome.status === 201)
      expect(outcome).toMatchObject({ attempt: null, error: expect.stringContaining('not public') })
    else expect(outcome.status).toBe(400)
    expect(target.connections()).toBe(0)
  })

  it.each([
    ['a public and a private address', ['127.0.0.2', '127.0.0.1']],
    ['a private one of the other family', ['127.0.0.2', '::1']],
    ['a mapped one', ['127.0.0.2', '::ffff:127.0.0.1']],
    ['one behind NAT64', ['127.0.0.2', '64:ff9b::7f00:1']],
    ['one by 6to4', ['127.0.0.2', '2002:7f00:1::']],
    ['one by Teredo', ['127.0.0.2', '2001:0:7f00:1::1']],
    ['one of the local network', ['127.0.0.2', 'fd00::1']],
    ['one of the cloud’s metadata', ['127.0.0.2', '169.254.169.254']],
  ])('a name with %s beside an allowed one is not connected to', async (_, addresses) => {
    names.set('mixed.example.com', addresses)
    const before = allowed.connections()
    const outcome = await tryAt(`http://mixed.example.com:${target.port}/`)
    expect(outcome.error).toContain('not public')
    expect([target.connections(), allowed.connections() - before]).toEqual([0, 0])
  })

  it('that turns to a private address between two attempts is refused at the second', async () => {
    names.set('turning.example.com', ['127.0.0.2'], ['127.0.0.1'])
    allowed.answer((response) => void response.writeHead(500).end())
    const { data } = await owner.ask('POST', PLACE, {
      url: `http://turning.example.com:${allowed.port}/turn`,
    })
    const { delivery_id } = (await owner.ask('POST', `${PLACE}/${data.id}/test`)).data
    await allowed.wait('the first attempt', ({ path }) => path === '/turn')
    const log = await until('the second attempt', async () => {
      const answer = await owner.ask('GET', `${LOG}/${delivery_id}`)
      return answer.data.attempt_log.length > 1 ? answer.data.attempt_log : undefined
    })
    expect(log[0]).toMatchObject({ status: null, error: expect.stringContaining('not public') })
    expect(log[1]).toMatchObject({ status: 500 })
    expect(target.connections()).toBe(0)
    await owner.ask('DELETE', `${PLACE}/${data.id}`)
  })

  it('that turns between the check and the connection is connected to where it was checked', async () => {
    // The name is asked for once: a client that asked again for its connection could be led anywhere.
    allowed.answer((response) => void response.end())
    names.set('fast.example.com', ['127.0.0.2'], ['127.0.0.1'])
    const outcome = await tryAt(`http://fast.example.com:${allowed.port}/fast`)
    expect([outcome.attempt, names.asked('fast.example.com')]).toEqual([200, 1])
    expect(target.connections()).toBe(0)
  })

  it('or names for the end of a task is not connected to in any of these forms, and a good one is', async () => {
    allowed.answer((response) => void response.end())
    names.set('good.internal', ['127.0.0.2'])
    const good = `http://good.internal:${allowed.port}/task`
    const forms = [...REFUSED.map((form) => form.replace('PORT', String(target.port))), good]
    const outcomes = await Promise.all(
      forms.map(async (webhook_url) => {
        const body = { model: 'draw-free', prompt: 'A cat', webhook_url }
        const made = await owner.send('POST', '/v1/generate', body)
        const { data, error } = (await made.json()) as { data: { id: string }; error: { message: string } }
        if (made.status !== 202) return [webhook_url, made.status, error.message.includes('webhook_url')]
        const tried = await until(`an attempt for ${webhook_url}`, async () => {
          const { data: deliveries } = await owner.ask('GET', `${LOG}?subject=${data.id}`)
          return deliveries.find(({ attempts }: { attempts: number }) => attempts > 0)
        })
        return [webhook_url, tried.last_status, String(tried.last_error).includes('not public')]
      }),
    )
    for (const [url, status, why] of outcomes.slice(0, -1))
      expect([url, status === null || status === 400, why]).toEqual([url, true, true])
    expect(outcomes.at(-1)).toEqual([good, 200, false])
    expect(target.connections()).toBe(0)
  })

  it.each([302, 307, 308])('that redirects by %d is not followed', async (status) => {
    allowed.answer((response) => void response.writeHead(status, { location: target.url('/') }).end())
    const outcome = await tryAt(allowed.url('/redirect'))
    expect(outcome).toMatchObject({ attempt: status, error: expect.stringContaining('redirect') })
    expect(target.connections()).toBe(0)
  })

  it('is reached where the operator allows it, by address and by name', async () => {
    allowed.answer((response) => void response.end())
    names.set('hooks.internal', ['127.0.0.2'])
    expect((await tryAt(allowed.url('/control'))).attempt).toBe(200)
    expect((await tryAt(`http://hooks.internal:${allowed.port}/named`)).attempt).toBe(200)
    expect(allowed.received.map(({ path }) => path)).toEqual(expect.arrayContaining(['/control', '/named']))
    expect(target.connections()).toBe(0)
  })
})
