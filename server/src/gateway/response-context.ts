import { orderedId } from '../lib/ids.ts'
import type { ResponseContext } from '../providers/openai/responses/wire.ts'
import type { ModelRequest } from './model-request.ts'

/**
 * What the translation into a response needs besides the provider's answer.
 *
 * @param model the provider's name for it, which stands in events until the answer itself names one: a request need not
 */
export function responseContext(request: ModelRequest, model: string): ResponseContext {
  return {
    id: request.requestId.replace(/^req_/, 'resp_'),
    createdAt: Math.floor(request.startedAt / 1000),
    request: { ...request.json, model },
    itemId: () => orderedId('', Date.now()),
    now: () => Math.floor(Date.now() / 1000),
  }
}
