import type { Static } from 'typebox'
import { type AuditFilter, type AuditRow, auditRows, listAudit } from '../../audit/read-audit.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import { type Context, type Route, route, sessionOf } from '../route.ts'
import { csvDownload, jsonLinesDownload } from './download.ts'
import { Nullable, NullableText, Page } from './page.ts'
import { timeOf } from './usage-scope.ts'

const PAGE_SIZE = 50
/** A file of more is for `claviger audit export`. */
const EXPORT_MOST = 100_000

const FILTERS = {
  actor: Type.Optional(Type.String({ description: 'The id of a user or key', maxLength: 128 })),
  action: Type.Optional(
    Type.String({ description: 'E.g. `key.revoke`, or `key` for all of its kind', maxLength: 64 }),
  ),
  target: Type.Optional(Type.String({ description: 'The id of what was changed', maxLength: 256 })),
  from: Type.Optional(Type.String({ description: 'ISO 8601; then or later', maxLength: 40 })),
  to: Type.Optional(Type.String({ description: 'ISO 8601; before', maxLength: 40 })),
  all: Type.Boolean({
    default: false,
    description: 'The whole server instead of the organisation; for those who administer it',
  }),
}

const FileQuery = Type.Object(FILTERS)
const ListQuery = Type.Object({ ...FILTERS, cursor: Type.Optional(Type.String({ maxLength: 40 })) })

const Fields = Nullable(Type.Record(Type.String(), Type.Unknown()))

const AuditItem = Type.Object({
  seq: Type.Integer(),
  at: Type.String(),
  actor: Type.Object({
    kind: Type.Enum(['user', 'key', 'operator', 'system']),
    id: NullableText,
    name: NullableText,
    label: Type.Union([Type.String(), Type.Null()], {
      description: 'Of a key its visible part, of a user the e-mail address',
    }),
  }),
  way: Type.Enum(['session', 'key', 'cli', 'server']),
  action: Type.String(),
  target: Type.Object({ kind: Type.String(), id: Type.String(), name: NullableText }),
  organization_id: NullableText,
  before: Fields,
  after: Fields,
  request_id: NullableText,
  address: NullableText,
  hash: Type.String({ description: 'Of this row and, by way of the one before, of all before it' }),
})

const Rows = Type.Object({
  ...Page(AuditItem).properties,
  searched_to: Type.Union([Type.String(), Type.Null()], {
    description:
      'Set when the page is not full though there may be more: all since this time was looked at; ask on with `next`',
  }),
})

const SHARED = {
  method: 'GET',
  surface: 'dashboard',
  access: { session: 'manager' },
  tag: 'Dashboard audit',
  errors: ['invalid_request', 'not_found'],
} as const

/** The audit log. */
export function auditRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      path: '/api/dashboard/audit',
      summary: 'List what was changed and by whom, newest first, 50 a page',
      query: ListQuery,
      replies: { 200: Rows },
      async run(context) {
        const page = await listAudit(deps, filterOf(context), {
          size: PAGE_SIZE,
          cursor: context.query.cursor,
        })
        return {
          body: {
            data: page.items.map(auditItem),
            next: page.next,
            searched_to: page.searchedTo === null ? null : new Date(page.searchedTo).toISOString(),
          },
        }
      },
    }),
    route({
      ...SHARED,
      path: '/api/dashboard/audit.csv',
      summary: 'The audit log as a file of comma-separated values, newest first',
      description: `At most ${EXPORT_MOST} rows; the last line says when there are more.`,
      query: FileQuery,
      replies: { 200: Type.String({ description: 'text/csv' }) },
      async run(context) {
        return csvDownload('audit.csv', csvRows(deps, filterOf(context)))
      },
    }),
    route({
      ...SHARED,
      path: '/api/dashboard/audit.jsonl',
      summary: 'The audit log as one JSON object per line, newest first',
      description: `At most ${EXPORT_MOST} rows; the last line says when there are more.`,
      query: FileQuery,
      replies: { 200: Type.String({ description: 'application/jsonl' }) },
      async run(context) {
        return jsonLinesDownload('audit.jsonl', jsonRows(deps, filterOf(context)))
      },
    }),
  ]
}

type Filters = Static<typeof FileQuery>

/** @throws AppError `not_found` when somebody who does not administer the server asks for all of it */
function filterOf(context: Pick<Context<unknown, Filters>, 'session' | 'query'>): AuditFilter {
  const { user, organization } = sessionOf(context)
  const { actor, action, target, from, to, all } = context.query
  if (all && !user.operator) throw new AppError('not_found')
  return {
    ...(!all && { organizationId: organization.id }),
    ...(actor !== undefined && { actorId: actor }),
    ...(action !== undefined && { action }),
    ...(target !== undefined && { targetId: target }),
    ...(from !== undefined && { from: timeOf(from, 'from') }),
    ...(to !== undefined && { to: timeOf(to, 'to') }),
  }
}

function auditItem({ row, actor, targetName }: AuditRow): Static<typeof AuditItem> {
  const fields = (text: string | null) =>
    text === null ? null : (JSON.parse(text) as Record<string, unknown>)
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id, name: actor?.name ?? null, label: actor?.label ?? null },
    way: row.way,
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id, name: targetName ?? null },
    organization_id: row.organization_id,
    before: fields(row.before),
    after: fields(row.after),
    request_id: row.request_id,
    address: row.address,
    hash: row.hash,
  }
}

async function* csvRows(deps: Deps, filter: AuditFilter) {
  yield 'seq at actor_kind actor_id actor way action target_kind target_id target organization_id before after request_id address hash'.split(
    ' ',
  )
  let count = 0
  for await (const { row, actor, targetName } of auditRows(deps, filter)) {
    if (count++ === EXPORT_MOST) {
      yield [TRUNCATED]
      return
    }
    const by = actor?.label ?? actor?.name ?? null
    const { seq, actor_kind, actor_id, way, action, target_kind, target_id, organization_id } = row
    yield [
      seq,
      new Date(row.at).toISOString(),
      ...[actor_kind, actor_id, by, way, action, target_kind, target_id, targetName ?? null, organization_id],
      ...[row.before, row.after, row.request_id, row.address, row.hash],
    ]
  }
}

async function* jsonRows(deps: Deps, filter: AuditFilter) {
  let count = 0
  for await (const row of auditRows(deps, filter)) {
    if (count++ === EXPORT_MOST) {
      yield { truncated: TRUNCATED }
      return
    }
    yield auditItem(row)
  }
}

const TRUNCATED = `There are more rows than the ${EXPORT_MOST} that a file holds: narrow the time range, or run claviger audit export`
