import { parseArgs } from 'node:util'
import { ConfigError } from './config/config.ts'
import { VERSION } from './config/version.ts'
import { AppError } from './errors.ts'
import { maskSecrets } from './lib/key-text.ts'
import { helpCall, helpFor, refuseForeign } from './operator/commands.ts'
import { databaseFault } from './operator/database-fault.ts'
import { type Flags, UsageError } from './operator/open.ts'

const OPTIONS = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
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
  refuseForeign(words, flags)
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
      if (verb === 'list') return (await import('./operator/admin-users.ts')).adminOrganizations(flags)
      if (verb !== 'set-plan')
        throw new UsageError('claviger admin organizations list|set-plan <id> --plan <plan>|none')
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
  if (isUsage(error)) {
    // Node adds how to write what begins with a dash and is no option; nothing here does.
    const [fault] = error.message.split('. To specify a positional')
    return `${maskSecrets(fault as string)}\n\`${helpCall(process.argv[2])}\` shows how to call it.`
  }
  if (error instanceof ConfigError) return error.message
  // It may repeat what was typed.
  if (error instanceof AppError) return maskSecrets(error.message)
  const outage = databaseFault(error)
  if (outage) return outage
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'EADDRINUSE')
    return `${message}: another program listens there; set PORT, or metrics.port, to a free one`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  if (values.help) process.stdout.write(helpFor(positionals))
  else if (values.version) process.stdout.write(`claviger ${VERSION}\n`)
  else await run(positionals, values)
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(isUsage(error) ? 2 : 1)
}
