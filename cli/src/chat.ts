import { text as readAll } from 'node:stream/consumers'
import type { Claviger, ModelResponse } from '@claviger/sdk'
import { connect } from './config.ts'
import { Failure, parse, UsageError } from './flags.ts'
import { harmless, print } from './print.ts'

const OPTIONS = { model: { type: 'string' }, stream: { type: 'boolean' } } as const

/** `claviger chat <text>`: one question, one answer. */
export async function chat(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, OPTIONS)
  const said = positionals.slice(1).join(' ')
  if (said === '')
    throw new UsageError('Say something: claviger chat <text>, or `-` to read it from standard input')
  const { claviger } = connect(values)
  const input = said === '-' ? await readAll(process.stdin) : said
  const body = { model: values.model ?? 'auto', input }
  if (values.stream) return stream(claviger, body, values.json ?? false)
  const response = await claviger.responses.create(body)
  print(values.json, response, () => shown(textOf(response)))
  judge(response)
}

async function stream(
  claviger: Claviger,
  body: { model: string; input: string },
  asJson: boolean,
): Promise<void> {
  let last = ''
  let response: ModelResponse | undefined
  for await (const event of await claviger.responses.create({ ...body, stream: true })) {
    if (event.type === 'response.output_text.delta' && event.delta) {
      last = event.delta
      if (!asJson) process.stdout.write(shown(event.delta))
    }
    if (asJson) process.stdout.write(`${JSON.stringify(event)}\n`)
    response = event.response ?? response
  }
  if (!asJson && !last.endsWith('\n')) process.stdout.write('\n')
  judge(response)
}

/** A terminal must not do what an answer says; a file gets it as it is. */
function shown(text: string): string {
  return process.stdout.isTTY ? harmless(text) : text
}

function textOf({ output }: ModelResponse): string {
  return output
    .flatMap((item) => item.content ?? [])
    .map((part) => part.text ?? '')
    .join('')
}

/** An answer can fail, or end too soon, in an HTTP answer that is good. */
function judge(response: ModelResponse | undefined): void {
  if (response?.status === 'failed') {
    const { message } = (response.error ?? {}) as { message?: string }
    throw new Failure(`The model failed${message ? `: ${message}` : ''}`)
  }
  if (response?.status === 'incomplete') process.stderr.write('The answer was cut off at its limit.\n')
}
