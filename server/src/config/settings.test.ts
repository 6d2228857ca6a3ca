import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from './config.ts'
import { variables } from './environment.ts'
import { ConfigSchema } from './schema.ts'
import { describeSettings } from './settings.ts'

function settingsOf(file: object, env: Record<string, string> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'claviger-settings-'))
  const path = join(dir, 'claviger.yaml')
  try {
    writeFileSync(path, stringify(file))
    const groups = describeSettings(loadConfig(path, env))
    return { groups, all: new Map(groups.flatMap(({ settings }) => settings).map((one) => [one.name, one])) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

describe('the settings as an administrator sees them', () => {
  it('tell of each where its value came from, and what it is without', () => {
    const { all } = settingsOf(
      { log: { level: 'debug' }, brand: 'Ours' },
      { CLAVIGER_BRAND: 'Theirs', PORT: '81', HOST: '', CLAVIGER_LOG_REQUESTS: 'all' },
    )
    const told = (name: string) => {
      const { value, origin, default: fallback } = all.get(name) ?? {}
      return [value, origin, fallback]
    }
    expect(told('brand')).toEqual(['Theirs', 'environment', 'Claviger'])
    expect(told('port')).toEqual([81, 'environment', 8787])
    expect(told('host')).toEqual(['127.0.0.1', 'default', '127.0.0.1'])
    expect(told('log.level')).toEqual(['debug', 'file', 'info'])
    expect(told('log.requests')).toEqual(['all', 'environment', 'errors'])
    expect(all.get('log.level')?.description).not.toBe('')
    for (const { path } of variables(ConfigSchema)) expect(all.has(path.join('.'))).toBe(true)
  })

  it('show no credential, wherever one can stand', () => {
    const secret = 'opens-a-door-0123456789'
    const { groups, all } = settingsOf(
      {
        metrics: { token: secret },
        smtp: { host: 'mail.example', from: 'a@example.com', user: 'u', password: secret },
        databaseUrl: `postgres://user:${secret}@db.example/claviger?sslpassword=${secret}`,
        providers: [
          {
            ...{ id: 'p', kind: 'openai', baseUrl: 'https://ai.example/v1', apiKey: secret },
            headers: { 'x-thing': secret },
          },
        ],
        auth: {
          oidc: [{ id: 'o', name: 'O', issuer: 'https://id.example', clientId: 'c', clientSecret: secret }],
        },
      },
      {},
    )
    expect(JSON.stringify(groups)).not.toContain(secret)
    expect(all.get('databaseUrl')?.value).toMatch(/^postgres:\/\/user:\*+@db\.example\/claviger\?/)
    expect(all.get('metrics.token')?.masked).toBe(true)
    expect(all.get('providers')?.masked).toBe(true)
    expect(all.get('smtp.host')).toMatchObject({ value: 'mail.example', masked: false })
  })
})
