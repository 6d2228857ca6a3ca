import type { UsageItem, UsageSum } from '@claviger/sdk'
import { connect } from './config.ts'
import { count, hash, oneOf, parse, UsageError } from './flags.ts'
import { print, table, time } from './print.ts'

const OPTIONS = {
  summary: { type: 'boolean' },
  'group-by': { type: 'string' },
  last: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  model: { type: 'string' },
  hash: { type: 'string' },
  'end-user': { type: 'string' },
  project: { type: 'string' },
} as const

const GROUPS = ['model', 'end_user', 'key', 'project', 'day'] as const
const LAST = 20
/** The most that the server puts on a page. */
const PAGE_SIZE = 100

type Given = ReturnType<typeof parse<typeof OPTIONS>>['values']

/** `claviger usage`: the last requests, or with `--summary` sums. */
export async function usage(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, OPTIONS)
  if (positionals.length > 1) throw new UsageError(`claviger usage takes no ${positionals[1]}`)
  if (values.summary) return summary(values)
  if (values['group-by'] !== undefined) throw new UsageError('--group-by goes with --summary')
  const last = values.last === undefined ? LAST : count(values.last, '--last')
  const { claviger } = connect(values)
  const items: UsageItem[] = []
  const query = { ...filterOf(values), per_page: Math.min(last, PAGE_SIZE) }
  for await (const item of claviger.usage.list(query)) {
    items.push(item)
    if (items.length === last) break
  }
  print(values.json, items, () =>
    table(
      ['TIME', 'MODEL', 'END USER', 'STATUS', 'INPUT', 'OUTPUT', 'COST', 'REQUEST'],
      items.map((item) => [
        time(item.created_at, '-'),
        item.model,
        item.end_user ?? '-',
        String(item.status),
        String(item.input_tokens),
        String(item.output_tokens),
        item.cost,
        item.id,
      ]),
    ),
  )
}

async function summary(values: Given): Promise<void> {
  if (values.last !== undefined) throw new UsageError('--last does not go with --summary; set --from')
  // People write end-user as the option is called.
  const group = oneOf((values['group-by'] ?? 'model').replace('-', '_'), GROUPS, '--group-by')
  const sums = await connect(values).claviger.usage.summary({ ...filterOf(values), group_by: group })
  print(values.json, sums, () =>
    table(
      [group.replace('_', ' ').toUpperCase(), 'REQUESTS', 'INPUT', 'OUTPUT', 'COST'],
      sums.map((sum: UsageSum) => [
        sum[group] ?? '-',
        String(sum.request_count),
        String(sum.input_tokens),
        String(sum.output_tokens),
        sum.total_cost,
      ]),
    ),
  )
}

function filterOf({ from, to, model, hash: key, 'end-user': endUser, project }: Given) {
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(model !== undefined && { model }),
    ...(key !== undefined && { key: hash(key, '--hash <hash>') }),
    ...(endUser !== undefined && { end_user: endUser }),
    ...(project !== undefined && { project_id: project }),
  }
}
