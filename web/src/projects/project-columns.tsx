import { Anchor, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Column } from '../parts/data-table.tsx'
import { whole } from '../parts/figures.ts'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import type { Project } from './project-api.ts'
import { ProjectMenu } from './project-menu.tsx'

const COLUMNS: Column<Project>[] = [
  {
    name: 'Project',
    cell: ({ id, name, archivedAt }) => (
      <Group gap="xs">
        <Anchor
          component={Link}
          to="/projects/$id"
          params={{ id } as never}
          size="sm"
          fw={600}
          style={{ overflowWrap: 'anywhere' }}
        >
          {name}
        </Anchor>
        {archivedAt && <StateBadge state="archived" />}
      </Group>
    ),
  },
  { name: 'Members', right: true, cell: ({ members }) => <span className="num">{whole(members)}</span> },
  {
    name: 'Keys',
    right: true,
    cell: ({ id, keys }) => (
      <Anchor component={Link} to="/keys" search={{ project: id } as never} size="sm" className="num">
        {whole(keys)}
      </Anchor>
    ),
  },
  { name: 'Created', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
]

const ACTIONS: Column<Project> = {
  name: 'Actions',
  bare: true,
  right: true,
  width: 50,
  cell: (project) => <ProjectMenu project={project} />,
}

/** @param manages whether the person may change projects */
export function projectColumns(manages: boolean): Column<Project>[] {
  return manages ? [...COLUMNS, ACTIONS] : COLUMNS
}
