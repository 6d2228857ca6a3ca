import { parseArgs } from 'node:util'
import { ConfigError } from './config/config.ts'
import { AppError } from './errors.ts'
import { type Flags, UsageError } from './operator/open.ts'

const HELP = `Claviger, for the operator:

  claviger serve                      serve until SIGTERM
  claviger migrate                    bring the database's schema up to date
  claviger doctor                     check configuration, secrets and database
  claviger backup <file>              copy the live embedded database

  claviger admin users create --email <e-mail> --name <name> [--plan <plan>]
  claviger admin users suspend|activate <e-mail>
  claviger admin users list
  claviger admin projects create --user <e-mail> --name <name>
  claviger admin projects list --user <e-mail>
  claviger admin keys create --user <e-mail> --name <name> [--permissions inference,usage:read,keys:read,keys:write]
                [--limit <credits>] [--limit-reset daily|weekly|monthly] [--expires-at <time>]
                [--models a,b] [--cidrs 10.0.0.0/8] [--project <id>]
  claviger admin keys list [--user <e-mail>]
  claviger admin keys revoke <hash>

  --config <file>   the configuration (else CLAVIGER_CONFIG, else ./claviger.yaml)
  --json            print JSON
`

const OPTIONS = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  'first-key': { type: 'boolean' },
  email: { type: 'string' },
  name: { type: 'string' },
  plan: { type: 'string' },
  user: { type: 'string' },
  permissions: { type: 'string' },
  limit: { type: 'string' },
  'limit-reset': { type: 'string' },
  'expires-at': { type: 'string' },
  models: { type: 'string' },
  cidrs: { type: 'string' },
  project: { type: 'string' },
  hash: { type: 'string' },
} as const

/** Each command loads what it needs and no more: `serve` is the only one that needs the HTTP server. */
async function run(words: readonly string[], flags: Flags): Promise<void> {
  const [command, noun, verb, who] = words
  switch (command) {
    case 'serve':
      return (await import('./operator/serve.ts')).serve(flags)
    case 'migrate':
      return (await import('./operator/maintain.ts')).migrateDatabase(flags)
    case 'doctor':
      return (await import('./operator/maintain.ts')).doctor(flags)
    case 'backup':
      return (await import('./operator/maintain.ts')).backup(noun, flags)
    case 'admin':
      return admin(noun, verb, who, flags)
    default:
      throw new UsageError(command ? `There is no command ${command}` : 'Name a command')
  }
}

async function admin(
  noun: string | undefined,
  verb: string | undefined,
  who: string | undefined,
  flags: Flags,
) {
  switch (noun) {
    case 'users':
      return (await import('./operator/admin-users.ts')).adminUsers(verb, who, flags)
    case 'projects':
      return (await import('./operator/admin-users.ts')).adminProjects(verb, flags)
    case 'keys':
      return (await import('./operator/admin-keys.ts')).adminKeys(verb, who, flags)
    default:
      throw new UsageError('claviger admin users|keys|projects …')
  }
}

function isUsage(error: unknown): error is Error {
  return (
    error instanceof UsageError || Boolean((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS'))
  )
}

/** One line for what an operator can mend, the stack for what he cannot. */
function explain(error: unknown): string {
  // The help itself would push the message out of sight.
  if (isUsage(error)) return `${error.message}\n\`claviger admin --help\` shows how to call it.`
  if (error instanceof ConfigError || error instanceof AppError) return error.message
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'EADDRINUSE') return `${message}: another program listens there; set PORT to a free one`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  if (values.help) process.stdout.write(HELP)
  else await run(positionals, values)
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(isUsage(error) ? 2 : 1)
}
