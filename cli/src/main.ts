import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ClavigerError } from '@claviger/sdk'
import { COMMON, Failure, UsageError } from './flags.ts'
import { harmless } from './print.ts'

const HELP = `With an API key, over HTTP:

  claviger keys list [--include-disabled]
  claviger keys create <name> [--permissions inference,usage:read,keys:read,keys:write]
                [--limit <credits>] [--limit-reset daily|weekly|monthly] [--expires-at <time>]
                [--models a,b] [--cidrs 10.0.0.0/8] [--project <id>]
  claviger keys revoke <hash>
  claviger usage [--last <n>] [<filters>]
  claviger usage --summary [--group-by model|end_user|key|project|day] [<filters>]
                <filters>: --from <time> --to <time> --model <model> --hash <hash>
                           --end-user <end user> --project <id>
  claviger chat <text> [--model <model>] [--stream]     "-" reads the text from standard input

  --url <url>         the server (else CLAVIGER_URL, else http://127.0.0.1:8787)
  --key-file <file>   a file with the API key (else CLAVIGER_API_KEY)
  --json              print JSON

For the operator, on the server's machine:

  claviger serve, migrate, doctor, backup <file>, ledger verify|explain, audit verify|head|export,
           admin users|organizations|projects|keys|plans|quotas|credits …
                      claviger <command> --help has each in full, e.g. claviger admin keys --help

Exit codes: 0 done, 1 failed, 2 called wrongly.
`

/** Every option that takes a value, so that none is taken for the command. */
const WITH_VALUE = { ...COMMON, config: { type: 'string' } } as const

/** The command line. Sets the exit code and does not end the process: what was printed must get out first. */
export async function main(args: readonly string[]): Promise<void> {
  // Whoever reads our output may have seen enough: `claviger usage | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  try {
    await run(args)
  } catch (error) {
    process.stderr.write(`${harmless(explain(error))}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}

/** Each command loads what it needs and no more. */
async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...WITH_VALUE, version: { type: 'boolean', short: 'v' } },
    allowPositionals: true,
    strict: false,
  })
  const [command] = positionals
  const { OPERATOR_COMMANDS, operate } = await import('./operator.ts')
  if (command && OPERATOR_COMMANDS.includes(command)) return operate(command)
  if (values.version && !command) return say(`claviger ${version()}\n`)
  if (values.help || command === 'help') return say(`Claviger ${version()}\n\n${HELP}`)
  switch (command) {
    case 'keys':
      return (await import('./keys.ts')).keys(args)
    case 'usage':
      return (await import('./usage.ts')).usage(args)
    case 'chat':
      return (await import('./chat.ts')).chat(args)
    default:
      throw new UsageError(command ? `There is no command ${command}` : 'Name a command')
  }
}

function say(text: string): void {
  process.stdout.write(text)
}

function version(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(file) as { version: string }).version
}

/** One line for what the user can mend, and what to do; the stack for what he cannot. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\`claviger --help\` shows how to call it.`
  if (error instanceof Failure) return error.message
  if (!(error instanceof ClavigerError)) return (error as Error).stack ?? String(error)
  const request = error.requestId ? ` (${error.status}, request ${error.requestId})` : ''
  return [`${error.message}${request}`, advice(error)].filter(Boolean).join('\n')
}

function advice({ status, code }: ClavigerError): string | undefined {
  if (code === 'connection_failed' || code === 'timeout' || code === 'unexpected_answer') {
    return 'Is the address right (--url or CLAVIGER_URL), and does the server run?'
  }
  return status === 401 ? 'The key comes from --key-file or CLAVIGER_API_KEY.' : undefined
}
