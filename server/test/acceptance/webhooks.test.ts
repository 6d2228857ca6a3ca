import { createHmac } from 'node:crypto'
import OpenAI from 'openai'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { join, makeOrganization, OPEN_SIGN_UP, type Person, signUp } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { type Received, type Sink, startSink } from '../support/sink.ts'
import { until } from '../support/wire.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const PLACE = '/api/dashboard/webhooks'
const LOG = '/api/dashboard/webhook-deliveries'

/** What both public libraries and a reader of the documentation say of a delivery. */
async function accepts(secret: string, { body, headers }: Received): Promise<Record<string, boolean>> {
  const flat = headers as Record<string, string>
  const said = async (check: () => unknown) => {
    try {
      await check()
      return true
    } catch {
      return false
    }
  }
  const client = new OpenAI({ apiKey: 'none' })
  const pair = createHmac('sha256', secret).update(`${flat['x-eggapi-timestamp']}.${body}`).digest('hex')
  return {
    standardwebhooks: await said(() => new Webhook(secret).verify(body, flat)),
    openai: await said(() => client.webhooks.unwrap(body, flat, secret)),
    pair: flat['x-eggapi-signature'] === `sha256=${pair}`,
  }
}

interface Own {
  readonly data: object
  readonly secret: string | null
}

const ALL = { standardwebhooks: true, openai: true, pair: true }
const NONE = { standardwebhooks: false, openai: false, pair: false }

afterAll(stopAll)

describe.each(DATABASES)('webhooks on $name', ({ postgres, absent }) => {
  describe.skipIf(absent)(postgres ? 'with PostgreSQL' : 'embedded', () => {
    let installation: Installation
    let server: Server
    let sink: Sink
    let owner: Person

    beforeAll(async () => {
      sink = await startSink()
      const outbound = { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [sink.port] }
      const config = { brand: 'EggAPI', outbound, ...OPEN_SIGN_UP }
      installation = await install(testConfig('http://127.0.0.1:9/v1', config), postgres)
      server = await installation.start()
      owner = await signUp(server.url, 'owner')
    })
    afterAll(async () => {
      await server?.stop()
      await sink?.close()
      await installation?.remove()
    })

    const makeEndpoint = async (path: string, more: object = {}) => {
      const { data, secret } = await owner.ask('POST', PLACE, { url: sink.url(path), ...more })
      return { id: data.id as string, secret: secret as string }
    }
    const makeKey = async (name: string) =>
      (await owner.ask('POST', '/api/v1/keys', { name })).data.hash as string
    const remove = ({ id }: { id: string }) => owner.ask('DELETE', `${PLACE}/${id}`)

    it('every verifier accepts each delivery, through a rotation, and nobody after the overlap', async () => {
      const endpoint = await makeEndpoint('/signed', { events: ['key.created', 'key.revoked'] })
      expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
      const hash = await makeKey('first')
      const made = await sink.wait(
        'key.created',
        ({ path, json }) => path === '/signed' && json.key_id === hash,
      )
      expect(made.json).toMatchObject({ event: 'key.created', type: 'key.created', name: 'first' })
      expect(made.headers['webhook-id']).toMatch(/^msg_[0-9a-z]+$/)
      expect(await accepts(endpoint.secret, made)).toEqual(ALL)
      expect(await accepts(`whsec_${Buffer.alloc(32, 7).toString('base64')}`, made)).toEqual(NONE)
      expect(await accepts(endpoint.secret, { ...made, body: `${made.body} ` })).toEqual(NONE)

      const rotate = async (hours: number): Promise<string> =>
        (await owner.ask('POST', `${PLACE}/${endpoint.id}/rotate`, { overlap_hours: hours })).secret
      const second = await rotate(1)
      await owner.ask('DELETE', `/api/v1/keys/${hash}`)
      const revoked = await sink.wait('key.revoked', ({ json }) => json.event === 'key.revoked')
      expect(await accepts(second, revoked)).toEqual(ALL)
      expect(await accepts(endpoint.secret, revoked)).toEqual({ ...ALL, pair: false })

      const tooSoon = await owner.send('POST', `${PLACE}/${endpoint.id}/rotate`, { overlap_hours: 1 })
      expect([tooSoon.status, await tooSoon.text()]).toEqual([409, expect.stringContaining('signs until')])
      const third = await rotate(0)
      const last = await makeKey('after')
      const after = await sink.wait('the last', ({ json }) => json.key_id === last)
      expect(await accepts(third, after)).toEqual(ALL)
      expect(await accepts(second, after)).toEqual(NONE)
      await remove(endpoint)
    })

    it('a receiver that knows one of both secrets accepts each delivery that is under way while they change', async () => {
      const endpoint = await makeEndpoint('/changing', { events: ['key.created'] })
      const names = Array.from({ length: 24 }, (_, at) => `changing ${at}`)
      const making = names.slice(0, 16).map(makeKey)
      const { secret } = await owner.ask('POST', `${PLACE}/${endpoint.id}/rotate`, { overlap_hours: 1 })
      const early = await Promise.all(making)
      const late = await Promise.all(names.slice(16).map(makeKey))
      const arrived = (hash: string) =>
        sink.wait(`of ${hash}`, ({ path, json }) => path === '/changing' && json.key_id === hash)
      for (const hash of [...early, ...late])
        expect(await accepts(endpoint.secret, await arrived(hash))).toMatchObject({
          ...ALL,
          pair: expect.any(Boolean),
        })
      for (const hash of late) {
        const delivery = await arrived(hash)
        expect(await accepts(secret, delivery)).toEqual(ALL)
        // What is sent holds no secret that a receiver could show around.
        for (const text of [secret, endpoint.secret])
          expect(JSON.stringify([delivery.body, delivery.headers])).not.toContain(text.slice(6))
      }
      await remove(endpoint)
    })

    it('the secret for addresses of tasks is made once, however often and at once it is asked for', async () => {
      const person = await signUp(server.url, 'twice')
      const OWN = '/api/dashboard/webhook-secret'
      const both = await Promise.all([person.send('POST', OWN, {}), person.send('POST', OWN, {})])
      expect(both.map(({ status }) => status)).toEqual([201, 201])
      const again = await person.send('POST', OWN, {})
      expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('signs until')])

      const careful = await signUp(server.url, 'careful')
      const headers = {
        cookie: careful.cookie,
        origin: server.url,
        'content-type': 'application/json',
        'idempotency-key': 'one',
      }
      const ask = () => fetch(server.url + OWN, { method: 'POST', headers, body: '{}' })
      const [first, replay] = [await ask(), await ask()]
      const [made, kept] = [(await first.json()) as Own, (await replay.json()) as Own]
      expect([first.status, replay.status, replay.headers.get('idempotency-replayed')]).toEqual([
        201,
        201,
        'true',
      ])
      expect(made.secret).toMatch(/^whsec_/)
      expect(kept).toEqual({ data: made.data, secret: null })
      expect((await careful.ask('GET', OWN)).data).toEqual({ ...made.data, former_secret_until: null })
    })

    it('a failed delivery comes again under its id, signed anew, and the log says how', async () => {
      const endpoint = await makeEndpoint('/retried', { events: ['key.created'] })
      sink.answer((response, { path }) => {
        const first = sink.received.filter((got) => got.path === path).length === 1
        response.writeHead(path === '/retried' && first ? 500 : 204).end()
      })
      const hash = await makeKey('again')
      const both = await until('both attempts', () => {
        const came = sink.received.filter(({ path }) => path === '/retried')
        return came.length === 2 ? came : undefined
      })
      const [first, second] = both as [Received, Received]
      expect(second.headers['webhook-id']).toBe(first.headers['webhook-id'])
      expect(second.body).toBe(first.body)
      expect(second.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp'])
      expect(await accepts(endpoint.secret, second)).toEqual(ALL)
      const row = await until('the log', async () => {
        const { data } = await owner.ask('GET', `${LOG}?subject=${hash}`)
        return data.find((each: { state: string }) => each.state === 'delivered')
      })
      const { data } = await owner.ask('GET', `${LOG}/${row.id}`)
      expect(data.attempt_log.map((each: { status: number }) => each.status)).toEqual([204, 500])
      expect(data.payload).toMatchObject({ key_id: hash })
      sink.answer((response) => void response.end())
      await owner.ask('POST', `${LOG}/${row.id}/redeliver`, {})
      const third = await sink.wait('the redelivery', (got) => got.path === '/retried' && !both.includes(got))
      expect(third.headers['webhook-id']).toBe(row.id)
      await remove(endpoint)
    })

    it('410 disables an endpoint, which says why, and nothing comes until it is enabled', async () => {
      const endpoint = await makeEndpoint('/gone')
      sink.answer((response, { path }) => void response.writeHead(path === '/gone' ? 410 : 200).end())
      await owner.ask('POST', `${PLACE}/${endpoint.id}/test`)
      const { data } = await until('the end of it', async () => {
        const answer = await owner.ask('GET', `${PLACE}/${endpoint.id}`)
        return answer.data.active ? undefined : answer
      })
      expect(data.disabled_reason).toContain('410')
      await makeKey('untold')
      expect((await owner.ask('GET', `${LOG}?endpoint=${endpoint.id}`)).data).toHaveLength(1)
      sink.answer((response) => void response.end())
      await owner.ask('PATCH', `${PLACE}/${endpoint.id}`, { active: true })
      const told = await makeKey('told')
      await sink.wait('the next', ({ path, json }) => path === '/gone' && json.key_id === told)
      await remove(endpoint)
    })

    it('an endpoint that never answers delays no other', async () => {
      const silent = await makeEndpoint('/silent')
      const quick = await makeEndpoint('/quick')
      sink.answer((response, { path }) => {
        if (path !== '/silent') response.end()
      })
      const began = Date.now()
      const hashes = await Promise.all(Array.from({ length: 30 }, (_, number) => makeKey(`key ${number}`)))
      for (const hash of hashes) {
        await sink.wait('the quick one', ({ path, json }) => path === '/quick' && json.key_id === hash)
      }
      // An attempt may take 15 seconds: whoever waits for one comes no sooner.
      expect(Date.now() - began).toBeLessThan(14_000)
      sink.answer((response) => void response.end())
      await Promise.all([remove(silent), remove(quick)])
    })

    it('an endpoint belongs to the managers of its organisation, and its secret is shown once', async () => {
      const organization = await makeOrganization(owner)
      const inside = (method: string, path: string, body?: unknown) =>
        owner.ask(method, path, body, organization)
      const { data: endpoint, secret } = await inside('POST', PLACE, { url: sink.url('/own') })
      const one = `${PLACE}/${endpoint.id}`
      const [member, other] = await Promise.all([signUp(server.url, 'member'), signUp(server.url, 'other')])
      await join(organization, owner, member, 'member')
      expect((await member.send('GET', PLACE, undefined, organization)).status).toBe(403)
      expect((await owner.send('GET', one)).status).toBe(404)
      expect((await other.send('POST', `${one}/rotate`, {})).status).toBe(404)
      sink.answer((response) => void response.end(`you sent ${secret}`))
      const { data } = await inside('POST', `${one}/test`)
      const delivery = `${LOG}/${data.delivery_id}`
      const log = await until('the attempt', async () => {
        const answer = await inside('GET', delivery)
        return answer.data.attempt_log.length > 0 ? answer.data : undefined
      })
      expect(log.attempt_log[0].response).toBe('you sent ***')
      expect((await member.send('GET', delivery, undefined, organization)).status).toBe(404)
      expect((await other.send('POST', `${delivery}/redeliver`, {})).status).toBe(404)
      const everything = [PLACE, LOG, delivery, '/api/dashboard/audit'].map((path) => inside('GET', path))
      expect(JSON.stringify(await Promise.all(everything))).not.toContain(secret.slice(6))
    })
  })
})
