/** How the sums of `usage_subject_days` name what a request was for; an id or a name may be any text. */
export const subjects = {
  project: (id: string): string => `project:${id}`,
  endUser: (name: string): string => `end_user:${name}`,
}

/** Those that a request adds to. An empty name stands for none, as in the other sums. */
export function subjectsOf(event: {
  readonly project_id?: string | null
  readonly end_user?: string | null
}): string[] {
  const { project_id, end_user } = event
  const named: string[] = []
  if (project_id) named.push(subjects.project(project_id))
  if (end_user) named.push(subjects.endUser(end_user))
  return named
}
