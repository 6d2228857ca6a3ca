// The lists of the dashboard with all their filters, as their routes ask for them.

import { DAY_MS, DAYS, idOf, organizationOf, USERS, userOf } from './list-data.mjs'

const source = new URL('../../server/src/', import.meta.url)
const load = (path) => import(new URL(path, source).href)

const LARGEST = idOf('o', 0)
const BUSIEST = idOf('u', 0)

/** Each with `ask(deps, n)`, where `n` makes every question another one. */
export async function listsOf({ keys, now }) {
  const [{ exploreUsage, latencyOf }, { summaryOf }, { listAudit }] = await Promise.all([
    load('usage/explore.ts'),
    load('usage/summary.ts'),
    load('audit/read-audit.ts'),
  ])
  const oldest = now - DAYS * DAY_MS + DAY_MS / 2
  const places = {
    newest: () => undefined,
    anywhere: (n) => `${now - ((n * 37) % DAYS) * DAY_MS}.`,
    deepest: () => `${oldest}.`,
  }
  const explore = (name, query, place = 'anywhere') => ({
    name: `usage: ${name}, ${place}`,
    ask: (deps, n) => exploreUsage(deps, query(n), { size: 50, cursor: places[place](n) }),
  })
  const all = { organizationId: LARGEST }
  const member = (n) => {
    const user = (n * 31) % USERS
    return { organizationId: idOf('o', organizationOf(user)), userId: idOf('u', user) }
  }
  const someKey = (n) => (n * 997) % keys
  const ownedKey = (number) => ({
    organizationId: idOf('o', organizationOf(userOf(number, keys))),
    keyId: idOf('k', number),
  })
  const lastDay = Math.floor(now / DAY_MS)
  const month = { firstDay: lastDay - 29, lastDay }
  const audit = (name, filter, cursor) => ({
    name: `audit: ${name}`,
    ask: (deps, n) => listAudit(deps, filter(n), { size: 50, cursor: cursor?.(n) }),
  })
  return [
    explore('organisation', () => all, 'newest'),
    explore('organisation', () => all),
    explore('organisation', () => all, 'deepest'),
    explore('member', member, 'newest'),
    explore('member', member, 'deepest'),
    explore('busiest member', () => ({ ...all, userId: BUSIEST })),
    explore('busiest key', () => ownedKey(0)),
    explore('any key', (n) => ownedKey(someKey(n)), 'newest'),
    explore('any key', (n) => ownedKey(someKey(n)), 'deepest'),
    explore(
      'rare key of the busiest member',
      (n) => ({ ...ownedKey(4 * (2000 + (n % 50))), userId: BUSIEST }),
      'newest',
    ),
    explore('common model', () => ({ ...all, model: 'vendor/model-0' })),
    explore('rare model', () => ({ ...all, model: 'model-rare' }), 'newest'),
    explore('rare model, deepest', () => ({ ...all, model: 'model-rare' }), 'deepest'),
    explore('end user', (n) => ({ ...all, endUser: `customer-${n * 3}` }), 'newest'),
    explore('rare end user', (n) => ({ ...all, endUser: `customer-${19_000 + n}` }), 'newest'),
    explore('end user of nobody', (n) => ({ ...all, endUser: `nobody-${n}` }), 'newest'),
    explore(
      'project',
      (n) => ({ organizationId: idOf('o', 0), projectId: idOf('p', (n % 100) * 3) }),
      'newest',
    ),
    explore('failed', () => ({ ...all, outcome: 'failed' })),
    explore('status 429', () => ({ ...all, status: 429 })),
    explore('status that never was', () => ({ ...all, status: 418 }), 'newest'),
    explore('failed of a member', (n) => ({ ...member(n), outcome: 'failed' }), 'newest'),
    audit('organisation', () => all),
    audit(
      'organisation, deepest',
      () => all,
      () => '60',
    ),
    audit('actor', (n) => ({ organizationId: member(n).organizationId, actorId: member(n).userId })),
    audit('target', (n) => ({ ...all, targetId: idOf('k', someKey(n)) })),
    audit('rare action', () => ({ ...all, action: 'quota.remove' })),
    audit('time', () => ({ ...all, to: oldest + DAY_MS })),
    { name: 'overview: organisation, 30 days', ask: (deps) => summaryOf(deps, all, month, 'model') },
    { name: 'overview: organisation by key, 30 days', ask: (deps) => summaryOf(deps, all, month, 'key') },
    { name: 'overview: member, 30 days', ask: (deps, n) => summaryOf(deps, member(n), month, 'key') },
    { name: 'overview: latency of the organisation', ask: (deps) => latencyOf(deps, all, month) },
  ]
}
