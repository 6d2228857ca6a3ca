import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../server/src/app.ts'
import { loadConfig } from '../../server/src/config/config.ts'
import { loadSecrets } from '../../server/src/config/secrets.ts'
import { createDeps, openStore } from '../../server/src/infrastructure.ts'
import { createLog } from '../../server/src/lib/log.ts'

export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly [member: string]: unknown
}

/**
 * The document that a server with the default configuration serves at /openapi.json: asked of a real one, on a
 * directory of its own, so that nothing of this machine's configuration or environment gets into it.
 */
export async function openApiDocument(): Promise<OpenApiDocument> {
  const dir = mkdtempSync(join(tmpdir(), 'claviger-generate-'))
  try {
    const file = join(dir, 'claviger.yaml')
    writeFileSync(file, JSON.stringify({ port: 0, dataDir: dir }))
    const config = loadConfig(file, {})
    const log = createLog('silent')
    const secrets = loadSecrets(config, {})
    const app = await createApp(await createDeps(config, secrets, await openStore(config, log), log))
    try {
      const { port } = await app.listen()
      const answer = await fetch(`http://127.0.0.1:${port}/openapi.json`, {
        headers: { connection: 'close' },
      })
      if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`)
      const { servers: _, ...document } = (await answer.json()) as OpenApiDocument
      return document
    } finally {
      await app.close()
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
