/** Two organisations and everybody who may stand to them in some way, for the matrix of who may call what. */
import { ADMINISTRATOR, join, makeOrganization, type Person, signIn, signUp } from './people.ts'

export const COLUMNS = [
  'anonymous',
  /** A plain member of the organisation, whose the objects are. */
  'own',
  /** Another plain member. */
  'member',
  'admin',
  'owner',
  /** The owner of another organisation, who names that one. */
  'foreign',
  /** The same, who names the organisation of the others. */
  'intruder',
  /** A suspended member, whose session lives. */
  'suspended',
  /** Who administers the server, and is a member of neither. */
  'operator',
  'ownKey',
  'memberKey',
  'ownerKey',
  'foreignKey',
  'suspendedKey',
] as const
export type Column = (typeof COLUMNS)[number]

export interface World {
  readonly url: string
  readonly organizationId: string
  readonly people: Readonly<
    Record<'own' | 'member' | 'admin' | 'owner' | 'foreign' | 'suspended' | 'operator', Person>
  >
  /** Of which `own` is a member. */
  readonly project: string
  readonly foreignProject: string
  call(column: Column, method: string, path: string, body?: unknown): Promise<Response>
  /** A new key of `own`. @returns its hash */
  makeKey(): Promise<string>
}

const PERMISSIONS = ['inference', 'usage:read', 'keys:read', 'keys:write']

/** @param url of a server with open sign-up, started with the administrator's environment */
export async function makeWorld(url: string): Promise<World> {
  const people = {
    own: await signUp(url, 'own'),
    member: await signUp(url, 'member'),
    admin: await signUp(url, 'admin'),
    owner: await signUp(url, 'owner'),
    foreign: await signUp(url, 'foreign'),
    suspended: await signUp(url, 'suspended'),
    operator: await signIn(url, ADMINISTRATOR.email),
  }
  const { own, member, admin, owner, foreign, suspended, operator } = people
  const organizationId = await makeOrganization(owner, 'Ours')
  const foreignId = await makeOrganization(foreign, 'Theirs')
  await join(organizationId, owner, own, 'member')
  await join(organizationId, owner, member, 'member')
  await join(organizationId, owner, admin, 'admin')
  await join(organizationId, owner, suspended, 'member')
  const keyOf = async (person: Person, organization: string) =>
    (await person.ask(
      'POST',
      '/api/v1/keys',
      { name: 'Key', permissions: PERMISSIONS },
      organization,
      201,
    )) as {
      key: string
      data: { hash: string }
    }
  const keys = {
    ownKey: (await keyOf(own, organizationId)).key,
    memberKey: (await keyOf(member, organizationId)).key,
    ownerKey: (await keyOf(owner, organizationId)).key,
    foreignKey: (await keyOf(foreign, foreignId)).key,
    suspendedKey: (await keyOf(suspended, organizationId)).key,
  }
  const projectOf = async (person: Person, organization: string) =>
    (await person.ask('POST', '/api/dashboard/projects', { name: 'P' }, organization, 201)).data.id as string
  const project = await projectOf(owner, organizationId)
  const foreignProject = await projectOf(foreign, foreignId)
  await owner.ask('PUT', `/api/dashboard/projects/${project}/members/${own.id}`, undefined, organizationId)
  await operator.ask('PATCH', `/api/dashboard/admin/users/${suspended.id}`, { suspended: true })
  const byKey = (key: string | undefined, method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        origin: url,
        'sec-fetch-site': 'same-origin',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const call: World['call'] = (column, method, path, body) => {
    if (column === 'anonymous') return byKey(undefined, method, path, body)
    if (column === 'foreign') return foreign.send(method, path, body, foreignId)
    if (column === 'intruder') return foreign.send(method, path, body, organizationId)
    if (column === 'operator') return operator.send(method, path, body)
    if (column in keys) return byKey(keys[column as keyof typeof keys], method, path, body)
    return people[column as keyof typeof people].send(method, path, body, organizationId)
  }
  const makeKey = async () => (await keyOf(own, organizationId)).data.hash
  return { url, organizationId, people, project, foreignProject, call, makeKey }
}
