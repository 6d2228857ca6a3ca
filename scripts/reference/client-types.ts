import openapiTs, { astToString, type OpenAPI3 } from 'openapi-typescript'
import type { OpenApiDocument } from './openapi.ts'

const HEADER = '// Written by `npm run generate` from docs/reference/openapi.json. Do not edit.\n\n'

/** The types of the API for the SDK. */
export async function clientTypes(document: OpenApiDocument): Promise<string> {
  // It writes into what it is given. A query parameter with a default may be left out.
  const copy = structuredClone(document) as unknown as OpenAPI3
  return HEADER + astToString(await openapiTs(copy, { defaultNonNullable: false }))
}
