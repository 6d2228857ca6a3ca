import { type OrganizationEntry, searchOrganizations } from '../accounts/organizations.ts'
import { createProject, listProjects } from '../accounts/projects.ts'
import { createUser, listUsers, setOperator, setUserSuspended, type User } from '../accounts/users.ts'
import { removeSecondFactor } from '../auth/ways-in.ts'
import { type Flags, OPERATOR, print, required, table, text, UsageError, withDeps } from './open.ts'

/** `claviger admin users create|suspend|activate|make-operator|unmake-operator|remove-two-factor|list` */
export async function adminUsers(
  verb: string | undefined,
  who: string | undefined,
  flags: Flags,
): Promise<void> {
  switch (verb) {
    case 'create': {
      const plan = text(flags, 'plan')
      const email = text(flags, 'email') ?? who
      if (!email) throw new UsageError('--email is missing')
      const input = { email, name: text(flags, 'name') ?? email, ...(plan && { plan }) }
      const user = await withDeps(flags, (deps) => createUser(deps, OPERATOR, input))
      return print(flags, user, () => `Created ${describe(user)}`)
    }
    case 'suspend':
    case 'activate': {
      const target = who ?? required(flags, 'email')
      const user = await withDeps(flags, (deps) =>
        setUserSuspended(deps, OPERATOR, target, verb === 'suspend'),
      )
      return print(flags, user, () => `${describe(user)} is ${user.status}; this holds from the next request`)
    }
    case 'make-operator':
    case 'unmake-operator': {
      const target = who ?? required(flags, 'email')
      const operator = verb === 'make-operator'
      const user = await withDeps(flags, (deps) => setOperator(deps, OPERATOR, target, operator))
      const may = operator ? 'may' : 'may not'
      return print(
        flags,
        { ...user, operator },
        () => `${describe(user)} ${may} administer this server in the dashboard`,
      )
    }
    case 'remove-two-factor': {
      const target = who ?? required(flags, 'email')
      const removed = await withDeps(flags, (deps) => removeSecondFactor(deps, OPERATOR, target))
      return print(flags, { email: target, removed }, () =>
        removed
          ? `${target} signs in without a second factor now, and is signed out everywhere`
          : `${target} has no second factor`,
      )
    }
    case 'list': {
      const users = await withDeps(flags, listUsers)
      return print(flags, users, () =>
        table(
          ['E-MAIL', 'NAME', 'STATUS', 'PLAN', 'ID'],
          users.map((user) => [user.email, user.name, user.status, user.plan ?? '-', user.id]),
        ),
      )
    }
    default:
      throw new UsageError(
        'claviger admin users create|suspend|activate|make-operator|unmake-operator|remove-two-factor|list|set-plan',
      )
  }
}

const PAGE = 1000

/** `claviger admin organizations list` */
export async function adminOrganizations(flags: Flags): Promise<void> {
  const organizations = await withDeps(flags, async (deps) => {
    const all: OrganizationEntry[] = []
    for (;;) {
      const last = all.at(-1)
      const page = await searchOrganizations(deps, {
        limit: PAGE,
        ...(last && { after: [last.createdAt, last.id] }),
      })
      all.push(...page)
      if (page.length < PAGE) return all
    }
  })
  print(flags, organizations, () =>
    table(
      ['NAME', 'OWNER', 'MEMBERS', 'STATUS', 'PLAN', 'ID'],
      organizations.map(({ name, owner, members, status, plan, id }) => [
        name,
        owner?.email ?? '-',
        String(members),
        status,
        plan ?? '-',
        id,
      ]),
    ),
  )
}

/** `claviger admin projects create|list` */
export async function adminProjects(verb: string | undefined, flags: Flags): Promise<void> {
  const user = required(flags, 'user')
  if (verb === 'create') {
    const project = await withDeps(flags, (deps) =>
      createProject(deps, OPERATOR, { user, name: required(flags, 'name') }),
    )
    return print(flags, project, () => `Created the project ${project.name} (${project.id})`)
  }
  if (verb === 'list') {
    const projects = await withDeps(flags, (deps) => listProjects(deps, user))
    return print(flags, projects, () =>
      table(
        ['NAME', 'ID'],
        projects.map((project) => [project.name, project.id]),
      ),
    )
  }
  throw new UsageError('claviger admin projects create|list --user <e-mail>')
}

function describe(user: User): string {
  return `${user.name} <${user.email}>`
}
