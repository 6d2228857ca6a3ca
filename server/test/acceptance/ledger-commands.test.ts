import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { openDatabase } from '../support/database.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import { MAIN, runNode, stopAll } from '../support/processes.ts'
import { type Caller, openStage, requestIdOf, type Stage } from '../support/wire.ts'

afterAll(stopAll)

describe.each(DATABASES)('the ledger’s commands', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}, with a server running and without`, { timeout: 120_000 }, () => {
    let stage: Stage
    let key: Caller & { readonly hash: string }
    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url), postgres)
      key = await stage.makeKey({ name: 'Budget', limit: 5, limit_reset: 'monthly' })
    }, 120_000)
    afterAll(() => stage?.close())
    const claviger = (...args: string[]) => runNode([MAIN, 'ledger', ...args], stage.installation.env)

    it('One line says that all agrees; one request’s story names who paid what from which limit', async () => {
      // Three commands, each a process.
      await clearOfMidnight(60_000)
      const messages = [{ role: 'user', content: 'Hi' }]
      const body = { model: 'chat', user: 'end-user-1', messages, max_tokens: 50 }
      const answer = await key.post('/v1/chat/completions', body)
      expect(answer.status, await answer.text()).toBe(200)
      const id = requestIdOf(answer)
      const clean = await claviger('verify')
      expect(clean).toMatchObject({ code: 0, stderr: '' })
      expect(clean.stdout).toMatch(/^The ledger is clean: .*\n$/)
      const { stdout } = await claviger('explain', id)
      const counter = `key:${key.hash}:credits:month`
      for (const text of [id, '“Budget”', 'end-user-1', counter, 'reported: the provider said'])
        expect(stdout).toContain(text)
      const { cost, quotas } = await stage.installation.admin<Story>('ledger', 'explain', id)
      const now = expect.objectContaining({ spent: cost, held: '0' })
      expect(quotas).toContainEqual(expect.objectContaining({ counter, unit: 'credits', charged: cost, now }))
    })

    it('A request that nobody knows is exit code 1, and says where ids are found', async () => {
      const { code, stderr } = await claviger('explain', 'req_unknown')
      expect(code).toBe(1)
      expect(stderr).toContain('x-request-id')
    })

    it('A counter that is off by a nano-credit is exit code 1 and its row, on a stopped server as well', async () => {
      await stage.server.stop()
      const database = await openDatabase(stage.installation)
      const counter = `key:${key.hash}:credits:month`
      const shift = (by: string) =>
        database.query(`UPDATE counters SET spent_amount = spent_amount ${by} WHERE id = '${counter}'`)
      try {
        await shift('+ 1')
        const { code, stdout } = await claviger('verify')
        expect(code).toBe(1)
        expect(stdout).toMatch(/^The ledger has a fault in /)
        expect(stdout).toMatch(new RegExp(`spent +${counter} .*0\\.\\d{9} credits`))
        await shift('- 1')
        await expectLedgerClean(stage.installation)
      } finally {
        await database.close()
      }
    })
  })
})

interface Story {
  readonly cost: string
  readonly quotas: readonly object[]
}
