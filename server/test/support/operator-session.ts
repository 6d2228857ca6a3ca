import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Installation } from './claviger.ts'
import { openDatabase } from './database.ts'

export interface SessionCaller {
  /** As a page of the server's own would send it. */
  send(url: string, method: string, path: string, body?: unknown): Promise<Response>
  /** All that was answered so far, heads and bodies. */
  answers(): string
}

/** A person with a session, whose sign-in is not what the test is about; as an operator one who administers the server. */
export async function openSession(
  installation: Installation,
  email: string,
  operator: boolean,
): Promise<SessionCaller> {
  const { id } = await installation.admin<{ id: string }>(
    ...['admin', 'users', 'create', '--email', email, '--name', 'Somebody'],
  )
  const token = randomBytes(24).toString('hex')
  const [now, later] = [Date.now(), Date.now() + 3_600_000].map((at) => new Date(at).toISOString())
  const database = await openDatabase(installation)
  if (operator) await database.query(`UPDATE "user" SET role = 'admin' WHERE id = '${id}'`)
  await database.query(
    `INSERT INTO "session" ("id", "token", "userId", "createdAt", "updatedAt", "expiresAt")
       VALUES ('${randomBytes(8).toString('hex')}', '${token}', '${id}', '${now}', '${now}', '${later}')`,
  )
  await database.close()
  const signature = createHmac('sha256', secretOf(installation)).update(token).digest('base64')
  const cookie = `claviger.session_token=${encodeURIComponent(`${token}.${signature}`)}`
  let answers = ''
  return {
    send: async (url, method, path, body) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          cookie,
          'sec-fetch-site': 'same-origin',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      answers += JSON.stringify([...response.headers]) + (await response.clone().text())
      return response
    },
    answers: () => answers,
  }
}

function secretOf({ env, dir }: Installation): string {
  return (
    env.CLAVIGER_SESSION_SECRET ??
    (JSON.parse(readFileSync(join(dir, 'secrets.json'), 'utf8')) as { session: string }).session
  )
}
