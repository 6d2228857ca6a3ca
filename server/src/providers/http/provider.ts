import type { Config, ProviderConfig } from '../../config/config.ts'
import { createOpenAiProvider } from '../openai/openai.ts'
import type { Provider, ProviderCredential } from '../provider.ts'
import { HttpGenerator } from './generator.ts'

/**
 * A service that makes files, by configuration; it answers nothing else.
 *
 * @param outputs how large a file may be
 */
export function createHttpProvider(
  config: ProviderConfig,
  outputs: Pick<Config['outputs'], 'maxBytes'>,
  stored: readonly ProviderCredential[] = [],
): Provider {
  // Its connections and credentials are those of any other server.
  const wire = createOpenAiProvider(config, stored)
  return {
    ...wire,
    send(_request, events) {
      const message = 'the provider makes files and answers no such request'
      const timer = setImmediate(() => events.error({ kind: 'connect', message }))
      return { begun: false, abort: () => clearImmediate(timer), pause: () => {}, resume: () => {} }
    },
    generator: new HttpGenerator(config, wire, outputs),
  }
}
