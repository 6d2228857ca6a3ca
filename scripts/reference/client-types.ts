import openapiTs, { astToString, type OpenAPI3 } from 'openapi-typescript'
import type { OpenApiDocument } from './openapi.ts'

const HEADER = '// Written by `npm run generate` from docs/reference/openapi.json. Do not edit.\n\n'

/** The types of the API for the SDK. */
export async function clientTypes(document: OpenApiDocument): Promise<string> {
  // It writes into what it is given. A query parameter with a default may be left out.
  const copy = withoutRefusals(document) as unknown as OpenAPI3
  return HEADER + astToString(await openapiTs(copy, { defaultNonNullable: false }))
}

/** Clients read every refusal as one type of error; a few lines for each of a route's ten would be most of the file. */
function withoutRefusals(document: OpenApiDocument): OpenApiDocument {
  const copy = structuredClone(document)
  for (const methods of Object.values(copy.paths)) {
    for (const operation of Object.values(methods) as { responses?: Record<string, unknown> }[]) {
      for (const status of Object.keys(operation.responses ?? {})) {
        if (Number(status) >= 400) delete operation.responses?.[status]
      }
    }
  }
  return copy
}
