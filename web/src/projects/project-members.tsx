import { Button, Group, Stack, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../api.ts'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { MemberSelect } from '../parts/member-select.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useIsManager } from '../session.ts'
import { type Project, useAddToProject, useRemoveFromProject } from './project-api.ts'

interface ProjectMember {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly joinedAt: string
}

const COLUMNS: Column<ProjectMember>[] = [
  {
    name: 'Member',
    cell: ({ name, email }) => (
      <Stack gap={0}>
        <Text size="sm" fw={600}>
          {name || email}
        </Text>
        {name && (
          <Text size="xs" c="dimmed">
            {email}
          </Text>
        )}
      </Stack>
    ),
  },
  { name: 'In it since', cell: ({ joinedAt }) => <TimeAgo at={joinedAt} /> },
]

export function ProjectMembers({ project }: { project: Project }) {
  const manager = useIsManager()
  const members = useQuery({
    queryKey: ['projects', 'members', project.id],
    queryFn: async ({ signal }) => {
      const params = { path: { id: project.id } }
      return (await answer(api.GET('/api/dashboard/projects/{id}/members', { params, signal }))).data
    },
  })
  const actions: Column<ProjectMember> = {
    name: 'Actions',
    bare: true,
    right: true,
    cell: (member) => <RemoveMember project={project} member={member} />,
  }
  return (
    <Section
      title="Members"
      description="Only they can name the project in a request. Owners and admins see it in any case."
    >
      {manager && <AddMember project={project} />}
      <DataTable
        label={`Members of ${project.name}`}
        columns={manager ? [...COLUMNS, actions] : COLUMNS}
        rows={members.data}
        rowKey={({ userId }) => userId}
        error={members.error}
        onRetry={() => void members.refetch()}
        empty={
          <NothingYet icon={<IconUsers />} title="Nobody is in it">
            {manager
              ? 'Choose somebody above. Until then only keys that are bound to it can use it.'
              : 'An owner or admin of the organisation can add you.'}
          </NothingYet>
        }
      />
    </Section>
  )
}

function AddMember({ project }: { project: Project }) {
  const [user, setUser] = useState<string | null>(null)
  const add = useAddToProject(project.id)
  const submit = () => {
    if (!user) return
    add.mutate(user, { onSuccess: () => setUser(null) })
  }
  return (
    <form onSubmit={onSubmit(submit)}>
      <Group align="flex-end" gap="xs">
        <MemberSelect
          label="Add a member"
          placeholder="Name or e-mail"
          value={user}
          onChange={setUser}
          flex="1 1 14rem"
          maw={420}
        />
        <Button type="submit" variant="default" disabled={!user} loading={add.isPending}>
          Add
        </Button>
      </Group>
      <ErrorNote error={add.error} />
    </form>
  )
}

function RemoveMember({ project, member }: { project: Project; member: ProjectMember }) {
  const remove = useRemoveFromProject(project.id)
  const name = member.name || member.email
  return (
    <ConfirmButton
      label="Remove"
      size="xs"
      aria-label={`Remove ${name}`}
      title={`Remove ${name} from ${project.name}?`}
      confirm="Remove"
      onConfirm={async () => {
        await remove.mutateAsync(member.userId)
        saidSo(`${name} is no longer in ${project.name}`)
      }}
    >
      Requests of {name} that name the project are refused from the next one on. {name} stays in the
      organisation, and you can add them again.
    </ConfirmButton>
  )
}
