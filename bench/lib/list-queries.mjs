// The lists with their filters, searches and deepest cursors, as paths.

import { BUSIEST, DAY_MS, DAYS, idOf, OWNERS, ownerOf, PROJECTS } from './list-world.mjs'

const { writeCursor } = await import(new URL('../../server/src/lib/cursor.ts', import.meta.url).href)

const DASHBOARD = '/api/dashboard'

/**
 * Each with a name, the path of the `n`th question (each another one), and `by`: a session, or a key of the busiest user.
 *
 * @param now milliseconds; when the data ends
 */
export function listsOf({ size, now }) {
  const start = now - DAYS * DAY_MS
  const context = { size, now, start, cursor: (...position) => writeCursor(position) }
  return [
    ...explorer(context),
    ...records(context),
    ...keys(context),
    ...auditLog(context),
    ...administration(context),
    ...generation(context),
    ...sums(context),
  ]
}

const path = (base, query) => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return given.length === 0 ? base : `${base}?${new URLSearchParams(given)}`
}

/** Lists of one path, by name and what is asked. */
const listsAt = (base, title, by, shapes) =>
  Object.entries(shapes).map(([name, query]) => ({
    name: `${title}: ${name}`,
    by,
    path: (n) => path(base, typeof query === 'function' ? query(n) : query),
  }))

const member = (n) => idOf('u', 1 + ((n * 31) % (OWNERS - 1)))

function explorer({ size, now, start }) {
  const deepest = { cursor: `${start + DAY_MS / 2}.` }
  const anywhere = (n) => ({ cursor: `${now - ((n * 37 + 5) % DAYS) * DAY_MS}.` })
  const key = (n) => idOf('k', (n * 997 + 13) % size.keys)
  return listsAt(`${DASHBOARD}/usage`, 'usage explorer', 'session', {
    newest: {},
    anywhere,
    deepest,
    member: (n) => ({ user: member(n) }),
    'member, deepest': (n) => ({ user: member(n), ...deepest }),
    'busiest member': (n) => ({ user: BUSIEST, ...anywhere(n) }),
    'busiest key': (n) => ({ key: idOf('k', 0), ...anywhere(n) }),
    key: (n) => ({ key: key(n) }),
    'key, deepest': (n) => ({ key: key(n), ...deepest }),
    'rare key of the busiest member': (n) => ({ key: idOf('k', 4 * (2000 + n)), user: BUSIEST }),
    'common model': (n) => ({ model: 'vendor/model-0', ...anywhere(n) }),
    'rare model': { model: 'model-rare' },
    'rare model, deepest': { model: 'model-rare', ...deepest },
    'model of nobody': { model: 'nothing' },
    'end user': (n) => ({ end_user: `customer-${n * 3}` }),
    'rare end user': (n) => ({ end_user: `customer-${19_000 + n}` }),
    'end user of nobody': (n) => ({ end_user: `nobody-${n}` }),
    project: (n) => ({ project: idOf('p', (n * 7) % PROJECTS) }),
    failed: (n) => ({ outcome: 'failed', ...anywhere(n) }),
    'status 429': (n) => ({ status: 429, ...anywhere(n) }),
    'status that never was': { status: 418 },
    'failed of a member': (n) => ({ user: member(n), outcome: 'failed' }),
    'rare model of the busiest member': { user: BUSIEST, model: 'model-rare' },
    'an hour': (n) => ({
      from: new Date(start + ((n * 7) % DAYS) * DAY_MS).toISOString(),
      to: new Date(start + ((n * 7) % DAYS) * DAY_MS + DAY_MS / 24).toISOString(),
    }),
    'one request': (n) => ({ request: `req_${String(1 + ((n * 7919) % size.events)).padStart(26, '0')}` }),
  })
}

function records({ now, start }) {
  const days = (from, to) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
  return listsAt('/v1/usage', 'usage records', 'key', {
    'first page': {},
    'page 1000': { page: 1000 },
    'page 10 000': { page: 10_000 },
    'deepest page': { page: 'last' },
    'from a time on': (n) => days(now - (n + 3) * DAY_MS - 5_000_000, now),
    'an hour': (n) => days(start + n * DAY_MS, start + n * DAY_MS + DAY_MS / 24),
    model: { model: 'vendor/model-1' },
    'rare model': { model: 'model-rare' },
    'rare model, deepest page': { model: 'model-rare', page: 'last' },
    key: (n) => ({ key: idOf('k', 4 * n) }),
    'rare key': (n) => ({ key: idOf('k', 4 * (2000 + n)) }),
    'end user': (n) => ({ end_user: `customer-${n * 3}` }),
    project: (n) => ({ project_id: idOf('p', (n * 12) % PROJECTS) }),
    'largest project, deepest page': { project_id: idOf('p', 0), page: 'last' },
  })
}

function keys({ size, start, cursor }) {
  const deepest = { cursor: cursor(start + 60_000, idOf('k', 60)) }
  const owned = (n) => {
    const key = (n * 997 + 13) % size.keys
    return idOf('u', ownerOf(key, size.keys))
  }
  const project = (n) => idOf('p', (n * 7) % PROJECTS)
  return [
    ...listsAt(`${DASHBOARD}/keys`, 'keys', 'session', {
      newest: {},
      deepest,
      'search, many': (n) => ({ search: `key ${n % 9}` }),
      'search, one': (n) => ({ search: `key ${size.keys - 1000 - n * 20} ` }),
      'search, the oldest': (n) => ({ search: `key ${n * 20} cvg` }),
      'search, none': (n) => ({ search: `nothing-${n}` }),
      'search, deepest': { search: 'key 1', ...deepest },
      active: { state: 'active' },
      disabled: { state: 'disabled' },
      expired: { state: 'expired' },
      'expired, deepest': { state: 'expired', ...deepest },
      project: (n) => ({ project: project(n) }),
      'project, disabled': (n) => ({ project: project(n), state: 'disabled' }),
      owner: (n) => ({ user: owned(n) }),
      'busiest owner, deepest': { user: BUSIEST, ...deepest },
      'owner, search': (n) => ({ user: owned(n), search: 'key' }),
      'owner, search, none': (n) => ({ user: owned(n), search: `nothing-${n}` }),
      'owner, project, state': (n) => ({ user: owned(n), project: project(n), state: 'active' }),
    }),
    ...listsAt('/api/v1/keys', 'keys by offset', 'session', {
      first: {},
      deepest: { offset: Math.floor(size.keys * 0.89) },
      'deepest with disabled': { offset: Math.floor(size.keys * 0.94), include_disabled: true },
    }),
  ]
}

function auditLog({ size, start }) {
  return listsAt(`${DASHBOARD}/audit`, 'audit', 'session', {
    newest: {},
    deepest: { cursor: '60' },
    actor: (n) => ({ actor: member(n) }),
    target: (n) => ({ target: idOf('k', (n * 997) % size.keys) }),
    'rare action': { action: 'quota.remove' },
    'kind of action': { action: 'quota' },
    'action of nobody': { action: 'nothing.done' },
    'up to a time': { to: new Date(start + DAY_MS).toISOString() },
    'rare action of the whole server': { action: 'quota.remove', all: true },
    'actor, action': (n) => ({ actor: member(n), action: 'key.create' }),
  })
}

function administration({ start, cursor }) {
  const time = new Date(start + 3_600_000).toISOString()
  const deepest = { cursor: cursor(time, 'z') }
  return [
    ...listsAt(`${DASHBOARD}/admin/users`, 'users', 'session', {
      newest: {},
      deepest,
      'search, one': (n) => ({ search: `person${15_000 + n}@` }),
      'search, none': (n) => ({ search: `nothing-${n}` }),
      suspended: { state: 'suspended' },
      operators: { operator: true },
      plan: { plan: 'pro' },
    }),
    ...listsAt(`${DASHBOARD}/admin/organizations`, 'organisations', 'session', {
      newest: {},
      deepest,
      'search, one': (n) => ({ search: `Organisation ${9000 + n}` }),
      'search, none': (n) => ({ search: `nothing-${n}` }),
      suspended: { state: 'suspended' },
    }),
    ...listsAt(`${DASHBOARD}/members`, 'members', 'session', {
      first: {},
      deepest: { cursor: cursor('Person 999', 'a') },
      'search, one': (n) => ({ search: `person${9000 + n}@` }),
      'search, none': (n) => ({ search: `nothing-${n}` }),
    }),
    ...listsAt(`${DASHBOARD}/projects`, 'projects', 'session', {
      newest: {},
      'search, none': (n) => ({ search: `nothing-${n}` }),
    }),
    ...listsAt(`${DASHBOARD}/balance/entries`, 'balance entries', 'session', {
      newest: {},
    }),
  ]
}

function generation({ start, cursor }) {
  const deepest = { cursor: cursor(start + DAY_MS / 8, 'z') }
  return [
    ...listsAt(`${DASHBOARD}/tasks`, 'tasks', 'session', {
      newest: {},
      deepest,
      'rare model': { model: 'vendor/image-rare' },
      failed: { status: 'failed' },
      cancelled: { status: 'cancelled' },
      'member, cancelled': (n) => ({ user: member(n), status: 'cancelled' }),
    }),
    ...listsAt('/v1/tasks', 'tasks by key', 'key', {
      'first page': {},
      'deepest page': { page: 'last' },
      'rare model': { model: 'vendor/image-rare' },
      cancelled: { status: 'cancelled' },
    }),
    ...listsAt(`${DASHBOARD}/webhook-deliveries`, 'webhook deliveries', 'session', {
      newest: {},
      deepest,
      failed: { state: 'failed' },
      'rare event': { event: 'key.revoked' },
      pending: { state: 'pending' },
      subject: (n) => ({ subject: `gen_${1 + n * 7}` }),
    }),
  ]
}

/** No lists: sums, told for comparison. */
function sums({ now }) {
  const month = { from: new Date(now - 29 * DAY_MS).toISOString().slice(0, 10) }
  return [
    ...listsAt(`${DASHBOARD}/overview`, 'sums: overview', 'session', {
      'organisation, 30 days': month,
      'organisation, 30 days by key': { ...month, group: 'key' },
      'member, 30 days': (n) => ({ ...month, user: member(n), group: 'key' }),
    }),
    ...listsAt('/v1/usage/summary', 'sums: by key of the busiest user', 'key', {
      'of all time by model': {},
      '30 days by day': { from: new Date(now - 29 * DAY_MS).toISOString(), group_by: 'day' },
    }),
  ].map((list) => ({ ...list, unlimited: true }))
}
