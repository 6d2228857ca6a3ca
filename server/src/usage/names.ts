import type { Deps } from '../deps.ts'
import { findKeyNames, findProjectNames, findUserNames } from './names.store.ts'

export interface NamedThing {
  readonly name: string
  /** Of a key its visible part, of a user the e-mail address. */
  readonly label: string | null
}

/** What usage of the dashboard's playground has as its key, before the user's id. */
const SESSION = 'session:'

type Look = (id: string) => NamedThing | undefined

/** What keys, users and projects are called; undefined for what is gone. */
export async function namesOf(
  db: Deps['db'],
  ids: {
    readonly key?: readonly string[]
    readonly user?: readonly string[]
    readonly project?: readonly string[]
  },
): Promise<{ readonly key: Look; readonly user: Look; readonly project: Look }> {
  const look = async (
    find: typeof findUserNames | typeof findKeyNames | typeof findProjectNames,
    wanted: readonly string[] = [],
  ): Promise<Look> => {
    const once = [...new Set(wanted)]
    const rows = once.length === 0 ? [] : await find(db, once)
    const named = new Map(rows.map(({ id, name, label }) => [id, { name, label }]))
    return (id) => named.get(id)
  }
  const [key, user, project] = await Promise.all([
    look(findKeyNames, ids.key),
    look(findUserNames, ids.user),
    look(findProjectNames, ids.project),
  ])
  return { key: (id) => (id.startsWith(SESSION) ? PLAYGROUND : key(id)), user, project }
}

const PLAYGROUND: NamedThing = { name: 'Playground', label: null }
