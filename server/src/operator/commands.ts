import { type Flags, UsageError } from './open.ts'

interface Command {
  /** How it is called: its words, then at most one `<argument>`, then its options. */
  readonly call: string
  readonly says?: string
}

const OWNER = '--user <e-mail>|--organization <id>'

/** All that the operator's command line knows; `--help` prints it, and what it does not name is refused. */
const COMMANDS: readonly Command[] = [
  { call: 'serve', says: 'serve until SIGTERM or SIGINT' },
  { call: 'migrate', says: 'bring the database’s schema up to date' },
  { call: 'doctor', says: 'check configuration, secrets and database; exit 1 if something is wrong' },
  { call: 'backup <file>', says: 'copy the live embedded database (for PostgreSQL: pg_dump)' },
  {
    call: 'ledger verify',
    says: 'check that counters, charges and sums agree; exit 1 and the rows if not',
  },
  { call: 'ledger explain <request>', says: 'all that the ledger knows of one request' },
  {
    call: 'audit verify [--head <seq>:<hash>]',
    says: 'check that no row of the audit log was changed, removed or exchanged, and that it goes on from this head; exit 1 if not',
  },
  { call: 'audit head', says: 'print the head, to be kept in another place' },
  {
    call: 'audit export [--after <seq>]',
    says: 'print the audit log, one JSON object per row, oldest first',
  },
  { call: 'admin users create --email <e-mail> [--name <name>] [--plan <plan>]' },
  {
    call: 'admin users suspend|activate <e-mail>',
    says: 'stop all keys and sessions of a person, or let them in again',
  },
  {
    call: 'admin users make-operator|unmake-operator <e-mail>',
    says: 'who may administer this server in the dashboard',
  },
  {
    call: 'admin users remove-two-factor <e-mail>',
    says: 'for whoever has lost the second factor; signs the person out everywhere',
  },
  { call: 'admin users list' },
  { call: 'admin users set-plan <e-mail> --plan <plan>|none' },
  { call: 'admin organizations list' },
  {
    call: 'admin organizations set-plan <id> --plan <plan>|none',
    says: '`admin organizations list` shows the ids',
  },
  { call: 'admin projects create --user <e-mail> --name <name>' },
  { call: 'admin projects list --user <e-mail>' },
  {
    call: `admin keys create --user <e-mail> --name <name>
      [--permissions inference,usage:read,keys:read,keys:write,keys:verify,credits:write]
      [--limit <credits>] [--limit-reset daily|weekly|monthly] [--expires-at <time>]
      [--models a,b] [--cidrs 10.0.0.0/8] [--project <id>]`,
    says: 'print a new key; only this command gives credits:write',
  },
  { call: 'admin keys list [--user <e-mail>]' },
  { call: 'admin keys revoke <hash>', says: 'for ever; `admin keys list` shows the hashes' },
  { call: 'admin plans list' },
  {
    call: `admin plans set <id> [--name <name>] [--rank <number>] [--tools a,b|all|none] [--models a,b|all|none]
      [--quotas organization:requests:minute:60,user:credits:month:9.99|none]`,
    says: 'change a plan, or make it; a new one needs --rank',
  },
  { call: 'admin plans delete <id>' },
  {
    call: `admin quotas set ${OWNER} --unit credits|requests|tokens|in_flight
      --period minute|day|week|month|none --amount <amount>
      [--subject organization|user|key|project|end_user] [--id <which; * for each end user>]`,
  },
  { call: `admin quotas list ${OWNER}` },
  { call: 'admin quotas remove <id>' },
  { call: `admin credits grant ${OWNER} --amount <credits> [--note <text>] [--reference <text>]` },
  { call: `admin credits show ${OWNER}` },
  {
    call: 'admin credits refund <request> [--amount <credits>] [--note <text>]',
    says: 'give back what a request was charged, or a part of it',
  },
]

/** Of every command; `--first-key` is what `npm start` adds to `serve`. */
const ALWAYS = ['config', 'json', 'help', 'first-key']
/** Spelled otherwise than the help says, for who takes an argument for an option. */
const ALSO: Readonly<Record<string, string>> = {
  'admin users suspend': 'email',
  'admin users activate': 'email',
  'admin users make-operator': 'email',
  'admin users unmake-operator': 'email',
  'admin keys revoke': 'hash',
}

const GENERAL = `  --config <file>   the configuration (else CLAVIGER_CONFIG, else ./claviger.yaml)
  --json            print JSON

Exit codes: 0 done, 1 failed or not as it must be, 2 called wrongly.
Every command that opens the database brings its schema up to date first, as a start of the server does.
`

/** The help of all commands (`admin` alone stands for them), or of those that begin with these words. */
export function helpFor(words: readonly string[]): string {
  const isAll = words.length === 0 || words.join() === 'admin'
  const asked = COMMANDS.filter(({ call }) => {
    const names = namesOf(call)
    return words.every((word, index) => names[index] === undefined || names[index].includes(word))
  })
  const shown = isAll || asked.length === 0 ? COMMANDS : asked
  const lines = shown.map(({ call, says }) => `  claviger ${call}\n${says ? `      ${says}\n` : ''}`)
  return `Claviger, for the operator:\n\n${lines.join('')}\n${GENERAL}`
}

/** How to ask for the help of what was called. */
export function helpCall(word: string | undefined): string {
  const isKnown = COMMANDS.some(({ call }) => namesOf(call)[0]?.includes(word ?? ''))
  return `claviger ${isKnown ? word : 'admin'} --help`
}

/**
 * Refuses words and options that a command does not know: one that is passed over in silence would leave a key without
 * the limit it was to have, or unrevoked.
 *
 * @throws UsageError
 */
export function refuseForeign(words: readonly string[], flags: Flags): void {
  const command = COMMANDS.find(({ call }) =>
    namesOf(call).every((names, index) => names.includes(words[index] ?? '')),
  )
  // What is not known at all, its noun tells.
  if (!command) return
  const { call } = command
  const name = words.slice(0, namesOf(call).length).join(' ')
  // An e-mail address may stand without its option.
  const most = namesOf(call).length + (takesArgument(call) || name === 'admin users create' ? 1 : 0)
  if (words.length > most) throw new UsageError(`“${words[most]}” is one word too many for claviger ${name}`)
  const options = [...ALWAYS, ALSO[name], ...[...call.matchAll(/--([a-z-]+)/g)].map(([, option]) => option)]
  const foreign = Object.keys(flags).find((option) => !options.includes(option))
  if (foreign) throw new UsageError(`--${foreign} is no option of claviger ${name}`)
}

/** The words of a call up to its argument or its options, each with its alternatives. */
function namesOf(call: string): string[][] {
  const words = call.split(/\s+/)
  const end = words.findIndex((word) => /^[<[-]/.test(word))
  return words.slice(0, end < 0 ? words.length : end).map((word) => word.split('|'))
}

function takesArgument(call: string): boolean {
  return call.split(/\s+/)[namesOf(call).length]?.startsWith('<') ?? false
}
