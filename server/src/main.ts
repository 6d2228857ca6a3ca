import { parseArgs } from 'node:util'
import { ConfigError } from './config/config.ts'
import { AppError } from './errors.ts'
import { maskSecrets } from './lib/key-text.ts'
import { databaseFault } from './operator/database-fault.ts'
import { type Flags, UsageError } from './operator/open.ts'

const HELP = `Claviger, for the operator:

  claviger serve                      serve until SIGTERM
  claviger migrate                    bring the database's schema up to date
  claviger doctor                     check configuration, secrets and database
  claviger backup <file>              copy the live embedded database
  claviger ledger verify              check that counters, charges and sums agree; exit 1 and the rows if not
  claviger ledger explain <request>   all that the ledger knows of one request
  claviger audit verify               check that no row of the audit log was changed, removed or exchanged; exit 1 if so
                [--head <seq>:<hash>] and that it still goes on from this head, which was exported before
  claviger audit head                 print the head, to be kept in another place
  claviger audit export               print the audit log, one JSON object per row, oldest first [--after <seq>]

  claviger admin users create --email <e-mail> --name <name> [--plan <plan>]
  claviger admin users suspend|activate <e-mail>
  claviger admin users make-operator|unmake-operator <e-mail>
  claviger admin users list
  claviger admin users set-plan <e-mail> --plan <plan>|none
  claviger admin organizations set-plan <id> --plan <plan>|none
  claviger admin projects create --user <e-mail> --name <name>
  claviger admin projects list --user <e-mail>
  claviger admin keys create --user <e-mail> --name <name> [--permissions inference,usage:read,keys:read,keys:write]
                [--limit <credits>] [--limit-reset daily|weekly|monthly] [--expires-at <time>]
                [--models a,b] [--cidrs 10.0.0.0/8] [--project <id>]
  claviger admin keys list [--user <e-mail>]
  claviger admin keys revoke <hash>
  claviger admin plans list
  claviger admin plans set <id> [--name <name>] [--rank <number>] [--tools a,b|all|none] [--models a,b|all|none]
                [--quotas organization:requests:minute:60,user:credits:month:9.99|none]
  claviger admin plans delete <id>
  claviger admin quotas set --user <e-mail>|--organization <id> --unit credits|requests|tokens|in_flight
                --period minute|day|week|month|none --amount <amount>
                [--subject organization|user|key|project|end_user] [--id <which; * for each end user>]
  claviger admin quotas list --user <e-mail>|--organization <id>
  claviger admin quotas remove <id>
  claviger admin credits grant --user <e-mail>|--organization <id> --amount <credits> [--note …] [--reference …]
  claviger admin credits show --user <e-mail>|--organization <id>
  claviger admin credits refund <request id> [--amount <credits>] [--note …]

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
  organization: { type: 'string' },
  rank: { type: 'string' },
  tools: { type: 'string' },
  quotas: { type: 'string' },
  subject: { type: 'string' },
  id: { type: 'string' },
  unit: { type: 'string' },
  period: { type: 'string' },
  amount: { type: 'string' },
  note: { type: 'string' },
  reference: { type: 'string' },
  head: { type: 'string' },
  after: { type: 'string' },
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
    case 'ledger':
      return (await import('./operator/ledger.ts')).ledgerCommand(noun, verb, flags)
    case 'audit':
      return (await import('./operator/audit.ts')).auditCommand(noun, flags)
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
      if (verb === 'set-plan')
        return (await import('./operator/admin-credits.ts')).adminSetPlan('user', who, flags)
      return (await import('./operator/admin-users.ts')).adminUsers(verb, who, flags)
    case 'organizations':
      if (verb !== 'set-plan')
        throw new UsageError('claviger admin organizations set-plan <id> --plan <plan>|none')
      return (await import('./operator/admin-credits.ts')).adminSetPlan('organization', who, flags)
    case 'plans':
      return (await import('./operator/admin-limits.ts')).adminPlans(verb, who, flags)
    case 'quotas':
      return (await import('./operator/admin-limits.ts')).adminQuotas(verb, who, flags)
    case 'credits':
      return (await import('./operator/admin-credits.ts')).adminCredits(verb, who, flags)
    case 'projects':
      return (await import('./operator/admin-users.ts')).adminProjects(verb, flags)
    case 'keys':
      return (await import('./operator/admin-keys.ts')).adminKeys(verb, who, flags)
    default:
      throw new UsageError('claviger admin users|organizations|projects|keys|plans|quotas|credits …')
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
  if (error instanceof ConfigError) return error.message
  // It may repeat what was typed.
  if (error instanceof AppError) return maskSecrets(error.message)
  const outage = databaseFault(error)
  if (outage) return outage
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
