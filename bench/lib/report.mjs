// A run as Markdown. Every figure is a median over the rounds with the smallest and largest in brackets; a ratio is
// taken round by round against the bare pass-through of the same round, so what disturbed both falls out.

import { spread } from './stats.mjs'

const NONE = '–'

// DESIGN section 14. `atMost` and `atLeast` are the goals; the rest says where the figure is found.
const goals = [
  {
    text: 'CPU per answer, Claviger without limits : bare (first gate)',
    atMost: 2,
    figure: (result) => cpuRatio(result, 'claviger', 'bare'),
  },
  {
    text: 'CPU per answer, Claviger with a budget and a rate : bare (first gate)',
    atMost: 2,
    figure: (result) => cpuRatio(result, 'claviger-limited', 'bare'),
  },
  {
    text: 'CPU per answer, Claviger with a budget and a rate : bare (goal)',
    atMost: 1.5,
    figure: (result) => cpuRatio(result, 'claviger-limited', 'bare'),
  },
  {
    text: 'CPU per answer, Portkey : Claviger with a budget and a rate',
    atLeast: 10,
    figure: (result) => cpuRatio(result, 'portkey', 'claviger-limited'),
  },
  {
    text: 'Ledger on SQLite, one hot quota, admitted and settled a second',
    atLeast: 10_000,
    figure: ({ ledger }) => ledgerRate(ledger, 'sqlite', 'one hot quota'),
  },
  {
    text: 'Ledger on PostgreSQL, one hot quota : one UPDATE per request',
    atLeast: 10,
    figure: ({ ledger }) =>
      ledgerRate(ledger, 'postgres', 'one hot quota') / ledgerRate(ledger, 'postgres', 'baseline'),
  },
  {
    text: 'First byte of a stream, Claviger after no gateway (ms)',
    atMost: 1,
    figure: ({ firstByte }) => {
      const medianOf = (name) => firstByte.find((row) => row.name === name)?.median
      return medianOf('claviger') - medianOf('direct')
    },
  },
  {
    text: 'Verification, Claviger : bare',
    atLeast: 0.7,
    figure: (result) => rateRatio(result, 'claviger', 'bare'),
  },
  {
    text: 'Verification, Claviger : Better Auth (its fastest setting)',
    atLeast: 100,
    figure: (result) => rateRatio(result, 'claviger', fastestBetterAuth(result)),
  },
]

function ledgerRate(ledger, kind, name) {
  return ledger?.find((row) => row.kind === kind && row.name.startsWith(name))?.perSecond.median
}

function number(value) {
  if (value === undefined || !Number.isFinite(value)) return NONE
  if (value === 0) return '0'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 4
  return value.toFixed(digits)
}

function cell(figures, unit = '') {
  if (!figures) return NONE
  return `${number(figures.median)}${unit} (${number(figures.min)}–${number(figures.max)})`
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  )
}

const of = (rounds, name, figure) => spread(rounds.map((round) => round[name]?.[figure]))

function ratio(rounds, name, base, figure) {
  return spread(rounds.map((round) => round[name]?.[figure] / round[base]?.[figure]))
}

function cpuRatio(result, name, base) {
  const chat = result.scenarios.find(({ id }) => id === 'chat')
  return ratio(chat.rounds, name, base, 'cpuMicros')?.median
}

// Per CPU second: kinder to Better Auth, whose waits for the disk are then free, and untouched by a busy machine.
function rateRatio({ verification }, name, base) {
  const roundsOf = (wanted) => verification.rates.find((row) => row.name === wanted)?.rounds
  const [rounds, baseRounds] = [roundsOf(name), roundsOf(base)]
  return spread((rounds ?? []).map((rate, round) => rate.perCpuSecond / baseRounds[round].perCpuSecond))
    ?.median
}

function fastestBetterAuth({ verification }) {
  const rows = verification.rates.filter(({ name }) => name.startsWith('better-auth'))
  return rows.sort((a, b) => b.perCpuSecond.median - a.perCpuSecond.median)[0]?.name
}

function scenarioTable({ targets }, { rounds }) {
  const head = [
    'Target',
    'CPU µs per answer',
    'CPU ÷ bare',
    'answers/s',
    'rate ÷ bare',
    'p50 ms',
    'p99 ms',
    'memory MB',
  ]
  const rows = targets.map(({ name, title }) => [
    title,
    cell(of(rounds, name, 'cpuMicros')),
    name === 'direct' ? NONE : cell(ratio(rounds, name, 'bare', 'cpuMicros'), ' ×'),
    cell(of(rounds, name, 'perSecond')),
    name === 'direct' ? NONE : cell(ratio(rounds, name, 'bare', 'perSecond'), ' ×'),
    number(of(rounds, name, 'p50')?.median),
    number(of(rounds, name, 'p99')?.median),
    number(of(rounds, name, 'memoryMb')?.max),
  ])
  const database = targets
    .map(({ name, title }) => ({ title, cpu: of(rounds, name, 'databaseCpuMicros') }))
    .filter(({ cpu }) => cpu)
    .map(
      ({ title, cpu }) =>
        `\n${title}: the database's own CPU is not in the column; it took ${cell(cpu)} µs per answer.\n`,
    )
  return `${table(head, rows)}\n${database.join('')}`
}

function firstByteTable({ targets, firstByte }) {
  const direct = firstByte.find(({ name }) => name === 'direct').median
  const rows = firstByte.map(({ name, median, p10, p90 }) => [
    targets.find((target) => target.name === name).title,
    number(median),
    `${number(p10)}–${number(p90)}`,
    name === 'direct' ? NONE : `+${number(median - direct)}`,
  ])
  return table(['Target', 'median ms', '10th–90th percentile', 'after no gateway (ms)'], rows)
}

function verificationTable({ verification }) {
  const rows = verification.rates.map(({ title, perSecond, perCpuSecond, ofBare }) => [
    title,
    cell(perSecond),
    cell(perCpuSecond),
    cell(ofBare, ' ×'),
  ])
  return table(['Check', 'per second', 'per CPU second', '÷ bare (CPU)'], rows)
}

function ledgerTable({ ledger }) {
  const rows = ledger.map(({ kind, name, perSecond, cpuMicros, fault }) => [
    kind,
    fault ? `${name}: ${fault}` : name,
    cell(perSecond),
    cell(cpuMicros),
  ])
  return table(['Database', 'Quotas', 'requests a second', 'CPU µs per request (this process)'], rows)
}

function goalsTable(result) {
  const rows = goals.map(({ text, atMost, atLeast, figure }) => {
    const value = figure(result)
    const measured = Number.isFinite(value)
    const met = atMost === undefined ? value >= atLeast : value <= atMost
    const goal = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`
    return [text, goal, number(value), measured ? (met ? 'reached' : 'not reached') : 'not measured']
  })
  return table(['Goal (DESIGN, section 14)', 'goal', 'this run', ''], rows)
}

function books({ booked }) {
  return booked.map(({ name, answers, rows }) => {
    return `- ${name}: ${answers} answers with status 200, ${rows} usage rows${rows === answers ? '.' : ': THEY DIFFER.'}`
  })
}

function setting(result) {
  const { machine, versions, settings } = result
  const stolen =
    machine.stolenShare === undefined ? '' : `, ${number(machine.stolenShare * 100)} % of CPU time stolen`
  return [
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}.`,
    `- Pinning: ${machine.pinning}.`,
    `- Load of the machine before the run: ${number(machine.loadBefore)}${stolen}.`,
    `- ${settings.rounds} rounds of ${settings.seconds} s per target and scenario, targets in turn; ${result.seconds} s in all.`,
    `- ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    ...result.notes.map((note) => `- ${note}`),
  ]
}

export function toMarkdown(result) {
  const verdict = result.valid
    ? 'No errors: every answer had status 200 and all its bytes.'
    : `**INVALID RUN:**\n${result.faults.map((fault) => `- ${fault}`).join('\n')}`
  return `${[
    `# Benchmark: ${result.name}, ${result.date}`,
    verdict,
    setting(result).join('\n'),
    'Median (smallest–largest) over the rounds. Compare ratios; absolute figures belong to this machine at that hour.',
    ...result.scenarios.flatMap((scenario) => [
      `## ${scenario.title}`,
      scenarioTable(result, scenario).trimEnd(),
    ]),
    '## First byte of a stream, one request at a time',
    firstByteTable(result),
    `## Verification in process, ${result.verification.keys} keys, one core`,
    verificationTable(result),
    '## Ledger in process, each request held and settled durably, 1 000 at once',
    ledgerTable(result),
    '## Books',
    books(result).join('\n') || 'Claviger was not measured.',
    '## Goals',
    goalsTable(result),
  ].join('\n\n')}\n`
}
