import { parseArgs } from 'node:util'
import { ConfigError } from './config/config.ts'
import { AppError } from './errors.ts'
import { adminKeys } from './operator/admin-keys.ts'
import { adminProjects, adminUsers } from './operator/admin-users.ts'
import { backup, doctor, migrateDatabase } from './operator/maintain.ts'
import { type Flags, UsageError } from './operator/open.ts'
import { serve } from './operator/serve.ts'

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

async function run(words: readonly string[], flags: Flags): Promise<void> {
  const [command, ...rest] = words
  switch (command) {
    case 'serve':
      return serve(flags)
    case 'migrate':
      return migrateDatabase(flags)
    case 'doctor':
      return doctor(flags)
    case 'backup':
      return backup(rest[0], flags)
    case 'admin':
      if (rest[0] === 'users') return adminUsers(rest[1], rest[2], flags)
      if (rest[0] === 'keys') return adminKeys(rest[1], rest[2], flags)
      if (rest[0] === 'projects') return adminProjects(rest[1], flags)
      throw new UsageError('claviger admin users|keys|projects …')
    default:
      throw new UsageError(command ? `There is no command ${command}` : 'Name a command')
  }
}

/** One line for what an operator can mend, the stack for what he cannot. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${HELP}`
  if (error instanceof ConfigError || error instanceof AppError) return error.message
  const { code, message } = error as { code?: string; message?: string }
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message}\n\n${HELP}`
  if (code === 'EADDRINUSE') return `${message}: another program listens there; set PORT to a free one`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  if (values.help) process.stdout.write(HELP)
  else await run(positionals, values)
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
}
