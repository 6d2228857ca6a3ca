// npm run generate: writes docs/reference and sdk/src/generated from the code. The same code gives the same bytes on
// every machine; `npm run check -- generated` compares them with what is committed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clientTypes } from './reference/client-types.ts'
import { configPage } from './reference/config-page.ts'
import { errorsPage } from './reference/errors-page.ts'
import { openApiDocument } from './reference/openapi.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const document = await openApiDocument()

const files = {
  'docs/reference/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  'docs/reference/config.md': configPage(),
  'docs/reference/errors.md': errorsPage(),
  'sdk/src/generated/api.ts': await clientTypes(document),
}

for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
