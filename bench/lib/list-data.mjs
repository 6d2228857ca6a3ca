// A large installation, made with SQL in bulk: the same rows on both databases, skewed as real ones are. One organisation
// has nearly all of the keys and requests; in it, one user has 5 % of the keys and far more of the requests; a few keys
// are products with end users of their own. Indexes stay in place meanwhile and rows come in the order of time, so that
// trees are as scattered over their files as life leaves them.

import { fillEvents } from './list-events.mjs'
import { fillRest } from './list-rest.mjs'
import { allKeys, DAY_MS, DAYS, idOf, LARGEST, MEMBERS, ownerOf, PROJECTS } from './list-world.mjs'

const organizationOf = (person) => (person < MEMBERS ? 0 : 1 + person - MEMBERS)

/** The owner of a key of any organisation. */
function personOf(key, { keys, people }) {
  return key < keys ? ownerOf(key, keys) : MEMBERS + ((key * 31) % (people - MEMBERS))
}

/** @param place runs statements; `insert` puts rows (arrays) into a table; `kind` sqlite or postgres */
export async function fill(place, size) {
  const start = size.now - DAYS * DAY_MS
  await fillPeople(place, size, start)
  await fillKeys(place, size, start)
  await fillEvents(place, size, start)
  await fillRest(place, size, start)
}

const numbers = (count) => Array.from({ length: count }, (_, number) => number)

async function fillPeople({ kind, insert }, { people }, start) {
  const at = (n) => new Date(start + n * 60_000).toISOString()
  const [yes, no] = kind === 'postgres' ? [true, false] : [1, 0]
  const everybody = numbers(people)
  await insert(
    'organization',
    ['id', 'name', 'slug', '"createdAt"', 'personal'],
    numbers(people - MEMBERS + 1).map((n) => [idOf('o', n), `Organisation ${n}`, `o${n}`, at(n), no]),
  )
  await insert(
    '"user"',
    ['id', 'name', 'email', '"emailVerified"', '"createdAt"', '"updatedAt"', 'banned'],
    everybody.map((n) => {
      return [
        idOf('u', n),
        `Person ${n}`,
        `person${n}@example.com`,
        yes,
        at(n),
        at(n),
        n % 5000 === 77 ? yes : no,
      ]
    }),
  )
  await insert(
    'member',
    ['id', '"organizationId"', '"userId"', 'role', '"createdAt"'],
    everybody.map((n) => [idOf('m', n), idOf('o', organizationOf(n)), idOf('u', n), 'member', at(n)]),
  )
  await insert(
    'projects',
    ['id', 'organization_id', 'name', 'created_at'],
    numbers(PROJECTS).map((n) => [idOf('p', n), LARGEST, `Project ${n}`, start + n]),
  )
}

async function fillKeys({ run, insert }, size, start) {
  const rows = numbers(allKeys(size.keys)).map((n) => {
    const person = personOf(n, size)
    const organization = idOf('o', organizationOf(person))
    const project = n < size.keys && n % 3 === 0 ? idOf('p', n % PROJECTS) : null
    return [n, idOf('k', n), idOf('u', person), organization, project]
  })
  await run(
    `CREATE TABLE bench_keys (n INTEGER PRIMARY KEY, key_id TEXT, user_id TEXT, organization_id TEXT, project_id TEXT)`,
  )
  await insert('bench_keys', ['n', 'key_id', 'user_id', 'organization_id', 'project_id'], rows)
  // Every hundredth is older than its time.
  await run(`INSERT INTO keys (id, organization_id, user_id, project_id, name, label, environment, permissions, state,
      created_at, expires_at, search)
    SELECT key_id, organization_id, user_id, project_id, 'Key ' || n, 'cvg_' || substr(key_id, 1, 4) || '…', 'live',
      '["inference"]', CASE WHEN n % 20 = 7 THEN 'disabled' WHEN n % 20 = 9 THEN 'revoked' ELSE 'active' END,
      ${start} + n * 1000, CASE WHEN n % 100 = 1 THEN ${start} + n * 1000 + 3600000 END,
      'key ' || n || ' cvg_' || substr(key_id, 1, 4) || '…'
    FROM bench_keys ORDER BY n`)
}
