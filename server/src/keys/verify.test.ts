import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { startProxy } from '../../test/support/raw-http.ts'
import { SECRETS } from '../../test/support/stores.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { createProject } from '../accounts/projects.ts'
import { setUserSuspended } from '../accounts/users.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { pruneChangeLog } from './change-log.ts'
import { createDigester } from './digest.ts'
import type { NewKeyInput } from './key.ts'
import { createKey, revokeKey, updateKey } from './keys.ts'
import { makeSecret } from './secret.ts'
import { KeyVerifier } from './verify.ts'

const HERE = '192.0.2.1'
/** Until a node of PostgreSQL has heard of a change or stopped answering, whatever fails (DESIGN section 6). */
const BOUND_MS = 5000

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

/** Locks that somebody waits for in this database; other tests have theirs on the same cluster. */
const WAITING = `SELECT 1 FROM pg_locks WHERE NOT granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [far] = (await once(server, 'connection')) as [Socket]
  server.close()
  return [near.setNoDelay(true), far]
}

describe.each(DATABASES)('verification', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let owner: Awaited<ReturnType<typeof makeOwner>>
    let verifier: KeyVerifier
    let looks = 0
    const countLooks = ({ store, ...rest }: Deps): Deps => {
      const current = (): number => {
        const before = store.queries()
        const epoch = store.epoch.current()
        looks += store.queries() - before
        return epoch
      }
      return { ...rest, store: { ...store, epoch: { current, refresh: () => store.epoch.refresh() } } }
    }

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      owner = await makeOwner(deps)
      verifier = new KeyVerifier(countLooks(deps))
    })
    afterAll(() => database?.remove())

    const make = (input: Partial<NewKeyInput> = {}, by = owner) =>
      createKey(deps, by, { name: 'Key', ...input })
    /** `good`, or the code of the refusal. */
    const ask = (secret: string, by = verifier, address = HERE): Promise<string> =>
      by.verify(secret, address).then(
        () => 'good',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      )
    /** Questions put to the database by `work`. Looks at the epoch, of which SQLite has one a turn, do not count. */
    const questions = async (work: () => Promise<unknown>): Promise<number> => {
      const asked = () => deps.store.queries() - looks
      const before = asked()
      await work()
      return asked() - before
    }

    it('A good key is known with its owner, plan and projects', async () => {
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'P' })
      const { key, secret } = await make({ limitNanos: 12_345_678_901_234_567n })
      const known = await verifier.verify(secret, HERE)
      expect(known.key).toEqual(key)
      expect(known.projectIds).toEqual([project.id])
      expect(known.secretId).toMatch(/^sec_/)
    })

    it('The organisation’s plan applies, else the user’s own', async () => {
      const someone = await makeOwner(deps)
      const { secret } = await make({}, someone)
      await deps.db.updateTable('user').set({ plan: 'own' }).where('id', '=', someone.userId).execute()
      await deps.store.epoch.refresh()
      expect((await verifier.verify(secret, HERE)).plan).toBe('own')
      const where = { id: someone.organizationId }
      await deps.db.updateTable('organization').set({ plan: 'team' }).where('id', '=', where.id).execute()
      await deps.store.epoch.refresh()
      expect((await verifier.verify(secret, HERE)).plan).toBe('team')
    })

    it('What is no key of ours never causes a question to the database', async () => {
      const good = (await make()).secret
      await ask(good)
      const other = makeSecret('sk')
      const junk = [
        '',
        'x',
        good.slice(0, -1),
        `${good}0`,
        `${good.slice(0, -1)}!`,
        other,
        good.toUpperCase(),
      ]
      const spoilt = `${good.slice(0, 10)}${good[10] === 'a' ? 'b' : 'a'}${good.slice(11)}`
      const texts = [...junk, spoilt, ` ${good}`, `${good}\n`, 'a'.repeat(100_000), good.replace('_', '-')]
      const asked = await questions(async () => {
        for (const text of texts)
          expect([text.slice(0, 60), await ask(text)]).toEqual([text.slice(0, 60), 'invalid_api_key'])
      })
      expect(asked).toBe(0)
    })

    it('A key is looked up once; after that nobody asks the database for it', async () => {
      const { secret } = await make()
      await ask(makeSecret('cvg'))
      expect(await questions(() => ask(secret))).toBe(3)
      expect(
        await questions(async () => {
          for (let i = 0; i < 50; i++) expect(await ask(secret)).toBe('good')
        }),
      ).toBe(0)
    })

    it('A hundred who present the same key at once put one question', async () => {
      const { secret } = await make()
      await ask(makeSecret('cvg'))
      const all = () => Promise.all(Array.from({ length: 100 }, () => ask(secret)))
      expect(await questions(async () => expect(new Set(await all())).toEqual(new Set(['good'])))).toBe(3)
    })

    it('A key that nobody issued is asked for once, until any key is issued', async () => {
      const text = makeSecret('cvg')
      await ask(makeSecret('cvg'))
      expect(
        await questions(async () => {
          for (let i = 0; i < 20; i++) expect(await ask(text)).toBe('invalid_api_key')
        }),
      ).toBe(1)
      const { key } = await make()
      const { digest, version } = createDigester(deps.secrets.peppers).newest(text)
      const row = {
        id: 'sec_late',
        key_id: key.id,
        digest,
        pepper_version: version,
        created_at: 1,
        expires_at: null,
      }
      await deps.db.insertInto('key_secrets').values(row).execute()
      await deps.store.epoch.refresh()
      expect(await ask(text)).toBe('good')
    })

    it.each<[string, string, (id: string, by: typeof owner) => Promise<unknown>]>([
      ['revoked', 'key_revoked', (id, by) => revokeKey(deps, by, id)],
      ['disabled', 'key_disabled', (id, by) => updateKey(deps, by, id, { disabled: true })],
      [
        'bound to other addresses',
        'address_not_allowed',
        (id, by) => updateKey(deps, by, id, { allowedCidrs: ['10.0.0.0/8'] }),
      ],
      ['of a suspended user', 'user_suspended', (_, by) => setUserSuspended(deps, OPERATOR, by.userId, true)],
      [
        'of a suspended organisation',
        'organization_suspended',
        (_, by) =>
          deps.db
            .updateTable('organization')
            .set({ status: 'suspended' })
            .where('id', '=', by.organizationId)
            .execute(),
      ],
      [
        'whose user left the organisation',
        'owner_removed',
        (_, by) => deps.db.deleteFrom('member').where('userId', '=', by.userId).execute(),
      ],
      [
        'whose secret was taken out of use',
        'key_expired',
        (id) => deps.db.updateTable('key_secrets').set({ expires_at: 1 }).where('key_id', '=', id).execute(),
      ],
      [
        'whose secret is gone',
        'invalid_api_key',
        (id) => deps.db.deleteFrom('key_secrets').where('key_id', '=', id).execute(),
      ],
    ])(
      'A key that is now %s is refused from the next request, and no other key is asked for again',
      async (_, code, change) => {
        const someone = await makeOwner(deps)
        const { key, secret } = await make({}, someone)
        const bystander = (await make()).secret
        for (const text of [secret, bystander]) expect(await ask(text)).toBe('good')
        await change(key.id, someone)
        await deps.store.epoch.refresh()
        expect(await ask(secret)).toBe(code)
        expect(await questions(() => ask(bystander))).toBe(0)
      },
    )

    it('A project that a user left can no longer be named with a key that was in use', async () => {
      const someone = await makeOwner(deps)
      const project = await createProject(deps, OPERATOR, { user: someone.userId, name: 'Left' })
      const { secret } = await make({}, someone)
      expect((await verifier.verify(secret, HERE)).projectIds).toEqual([project.id])
      await deps.db.deleteFrom('project_members').where('project_id', '=', project.id).execute()
      await deps.store.epoch.refresh()
      expect((await verifier.verify(secret, HERE)).projectIds).toEqual([])
    })

    it('A project that was archived can no longer be named with a key that was in use', async () => {
      const someone = await makeOwner(deps)
      const project = await createProject(deps, OPERATOR, { user: someone.userId, name: 'Old' })
      const { secret } = await make({}, someone)
      expect((await verifier.verify(secret, HERE)).projectIds).toEqual([project.id])
      await deps.db.updateTable('projects').set({ archived_at: 1 }).where('id', '=', project.id).execute()
      await deps.store.epoch.refresh()
      expect((await verifier.verify(secret, HERE)).projectIds).toEqual([])
    })

    it('A key is good up to the millisecond before its end, and not at it, though nothing changed', async () => {
      let now = 1_800_000_000_000
      const clocked = { ...deps, now: () => now }
      const { secret } = await createKey(clocked, owner, { name: 'Short', expiresAt: now + 1000 })
      const own = new KeyVerifier(clocked)
      expect(await ask(secret, own)).toBe('good')
      now += 999
      expect(await ask(secret, own)).toBe('good')
      now += 1
      expect(await ask(secret, own)).toBe('key_expired')
    })

    it('A key works only in the environment that issued it', async () => {
      const { secret } = await make()
      const staging = new KeyVerifier({ ...deps, config: { ...deps.config, environment: 'staging' } })
      expect(await ask(secret, staging)).toBe('wrong_environment')
    })

    it('A key of a former prefix works while the configuration names it', async () => {
      const keys = { ...deps.config.keys, prefix: 'old' }
      const { secret } = await createKey({ ...deps, config: { ...deps.config, keys } }, owner, {
        name: 'Old',
      })
      expect(await ask(secret)).toBe('invalid_api_key')
      const both = { ...deps.config.keys, otherPrefixes: ['older', 'old'] }
      expect(await ask(secret, new KeyVerifier({ ...deps, config: { ...deps.config, keys: both } }))).toBe(
        'good',
      )
    })

    it('A key made under a former pepper is still found, and one made under the newest pepper is found, too', async () => {
      const newer = { version: 2, key: Buffer.from('another-pepper-0123456789-abcdefghijk') }
      const secrets = { ...SECRETS, peppers: [newer, ...SECRETS.peppers] }
      const before = (await make()).secret
      const after = (await createKey({ ...deps, secrets }, owner, { name: 'New' })).secret
      const rotated = new KeyVerifier({ ...deps, secrets })
      expect(await ask(before, rotated)).toBe('good')
      expect(await ask(after, rotated)).toBe('good')
      expect(await ask(after)).toBe('invalid_api_key')
    })

    it('After its revocation was committed no request is let in, however many are under way', async () => {
      for (let round = 0; round < 25; round++) {
        const { key, secret } = await make()
        const before: Promise<string>[] = []
        const after: Promise<string>[] = []
        let committed = false
        const revoking = revokeKey(deps, owner, key.id).then(() => {
          committed = true
        })
        // Some rounds begin cold in the middle of the revocation, so that look-ups are under way when it commits.
        for (let wait = round % 5; wait > 0; wait--) await turn()
        while (after.length < 20) {
          ;(committed ? after : before).push(ask(secret))
          if (before.length % 3 === 0) await turn()
        }
        await revoking
        expect(new Set(await Promise.all(after))).toEqual(new Set(['key_revoked']))
        for (const outcome of await Promise.all(before)) expect(['good', 'key_revoked']).toContain(outcome)
        expect(await ask(secret)).toBe('key_revoked')
      }
    })

    it('Nor one that came in the very turn of the event loop in which it was committed', async () => {
      const [near, far] = await socketPair()
      for (let round = 0; round < 10; round++) {
        const { key, secret } = await make()
        expect(await ask(secret)).toBe('good')
        // Something to catch up with, so that the early request is still at it when the late one comes.
        await make()
        const early: Promise<string>[] = []
        far.once('data', () => early.push(ask(secret)))
        await transact(deps, async (inner) => {
          await revokeKey(inner, owner, key.id)
          early.push(ask(secret))
          // The commit is sent, and both its answer and the socket's bytes are there when the loop looks again.
          setImmediate(() => {
            near.write('x')
            block(15)
          })
        })
        expect(await ask(secret)).toBe('key_revoked')
        for (const outcome of await Promise.all(early)) expect(['good', 'key_revoked']).toContain(outcome)
      }
      near.destroy()
      far.destroy()
    })

    it('Whoever asks after a revocation does not get the answer to a look-up from before it', async () => {
      if (!postgres) return
      const { key, secret } = await make()
      await ask(makeSecret('cvg'))
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      try {
        // The look-up has read the key and now waits for the projects.
        await client.query('BEGIN; LOCK TABLE project_members IN ACCESS EXCLUSIVE MODE')
        const early = ask(secret)
        const waiting = async () => {
          const { rows } = await client.query(WAITING)
          expect(rows).toHaveLength(1)
        }
        await vi.waitFor(waiting, { timeout: 10_000 })
        await revokeKey(deps, owner, key.id)
        const late = ask(secret)
        // By now the late one waits for an answer of its own, if it asked at all.
        await ask(makeSecret('sk'))
        await client.query('COMMIT')
        expect(await late).toBe('key_revoked')
        expect(['good', 'key_revoked']).toContain(await early)
        expect(await ask(secret)).toBe('key_revoked')
      } finally {
        await client.end()
      }
    })

    it('A revocation by another process holds here, on PostgreSQL as soon as it is told', async () => {
      const { key, secret } = await make()
      expect(await ask(secret)).toBe('good')
      const another = await database.another()
      await revokeKey(another, owner, key.id)
      // SQLite's file says it at once; PostgreSQL's notification has to arrive.
      if (postgres)
        await vi.waitFor(async () => expect(await ask(secret)).toBe('key_revoked'), {
          timeout: BOUND_MS,
          interval: 1,
        })
      else expect(await ask(secret)).toBe('key_revoked')
      await another.store.close()
    })

    it('A verifier that missed changes which the log forgot trusts nothing that it knew', async () => {
      const { key, secret } = await make()
      const other = (await make()).secret
      for (const text of [secret, other]) expect(await ask(text)).toBe('good')
      await revokeKey(deps, owner, key.id)
      await pruneChangeLog({ ...deps, now: () => deps.now() + 3_700_000 })
      expect(await deps.db.selectFrom('change_log').select('epoch').execute()).toEqual([])
      expect(await ask(secret)).toBe('key_revoked')
      expect(await ask(other)).toBe('good')
    })

    it('Nor when the log forgot only some of them', async () => {
      const { key, secret } = await make()
      expect(await ask(secret)).toBe('good')
      await revokeKey(deps, owner, key.id)
      await deps.db.deleteFrom('change_log').where('id', '=', key.id).execute()
      await make()
      expect(await ask(secret)).toBe('key_revoked')
    })

    it('Thousands of changes at once are all seen', async () => {
      const { key, secret } = await make()
      expect(await ask(secret)).toBe('good')
      const epoch = deps.store.epoch.current()
      const now = deps.now()
      await deps.db.transaction().execute(async (trx) => {
        for (let from = 1; from <= 11_000; from += 1000) {
          const rows = Array.from({ length: 1000 }, (_, i) => ({
            epoch: epoch + from + i,
            kind: 'key' as const,
            id: 'x',
            at: now,
          }))
          await trx.insertInto('change_log').values(rows).execute()
        }
        await trx
          .updateTable('epoch')
          .set({ value: epoch + 11_000 })
          .where('id', '=', 1)
          .execute()
      })
      await revokeKey(deps, owner, key.id)
      expect(await ask(secret)).toBe('key_revoked')
      const fresh = (await make()).secret
      expect(await ask(fresh)).toBe('good')
    })

    it('While the database cannot be asked, keys known or unknown are never refused as wrong, but answered with 503', async () => {
      const own = await database.another()
      const late = new KeyVerifier(own)
      const { key, secret } = await make()
      const { secret: warm } = await make()
      expect(await ask(warm, late)).toBe('good')
      await own.store.close()
      expect(await ask(secret, late)).toBe('store_unavailable')
      expect(await ask(makeSecret('cvg'), late)).toBe('store_unavailable')
      // What is no key at all needs no database to be refused.
      expect(await ask('cvg_nonsense', late)).toBe('invalid_api_key')
      await revokeKey(deps, owner, key.id)
      expect(['store_unavailable', 'key_revoked']).toContain(await ask(secret, late))
      if (!postgres) expect(await ask(warm, late)).toBe('store_unavailable')
    })

    it('A node that is cut off from PostgreSQL stops answering from memory within five seconds, and recovers', async () => {
      if (!postgres) return
      const proxy = await startProxy(Number(new URL(database.url).port))
      const url = new URL(database.url)
      url.port = String(proxy.port)
      const store = await database.open({ url: url.href })
      const node = new KeyVerifier(await database.deps(store))
      const { key, secret } = await make()
      // With nothing left to catch up with, it answers from memory.
      await vi.waitFor(() => expect(store.epoch.current()).toBe(deps.store.epoch.current()), {
        timeout: BOUND_MS,
      })
      expect(await ask(secret, node)).toBe('good')
      proxy.stall()
      await revokeKey(deps, owner, key.id)
      const cutAt = performance.now()
      let outcome = await ask(secret, node)
      while (outcome === 'good') {
        expect(performance.now() - cutAt).toBeLessThan(BOUND_MS)
        await turn()
        outcome = await ask(secret, node)
      }
      expect(outcome).toBe('store_unavailable')
      await proxy.mend()
      await vi.waitFor(async () => expect(await ask(secret, node)).toBe('key_revoked'), { timeout: 10_000 })
      await store.close()
      await proxy.stop()
    })
  })
})
