import { Anchor, Button, Code, Group, Loader, SimpleGrid, Text } from '@mantine/core'
import { IconArrowsExchange, IconCoins, IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { answer, api } from '../api.ts'
import { lastDays } from '../overview/period.ts'
import { Credits } from '../parts/amount.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { short, whole } from '../parts/figures.ts'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { Stat } from '../parts/stat.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useIsManager } from '../session.ts'
import type { Project } from './project-api.ts'
import { ProjectMembers } from './project-members.tsx'
import { ProjectMenu } from './project-menu.tsx'

const DAYS = 30

export function ProjectScreen() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const manager = useIsManager()
  const project = useQuery({
    queryKey: ['projects', 'one', id],
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/api/dashboard/projects/{id}', { params: { path: { id } }, signal }))).data,
  })
  const back = (
    <Anchor component={Link} to="/projects" size="sm">
      All projects
    </Anchor>
  )
  if (!project.data) {
    return (
      <Page title="Project" description={back}>
        {project.error ? (
          <ErrorNote error={project.error} onRetry={() => void project.refetch()} />
        ) : (
          <Loader aria-label="Loading" />
        )}
      </Page>
    )
  }
  return (
    <Page
      title={project.data.name}
      description={back}
      actions={
        <>
          {project.data.archivedAt && <StateBadge state="archived" />}
          {manager && <ProjectMenu project={project.data} />}
        </>
      }
    >
      <Figures project={project.data} />
      <InRequests project={project.data} />
      <ProjectMembers project={project.data} />
    </Page>
  )
}

/** How a program says that a request is of this project. */
function InRequests({ project }: { project: Project }) {
  return (
    <Section
      title="In requests"
      description="A key that is bound to this project counts for it on its own. With any other key, a member names it in the body of the request."
    >
      <Group gap="xs" wrap="nowrap">
        <Code block tabIndex={0} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {`"project_id": "${project.id}"`}
        </Code>
        <CopyButton value={project.id} what="the id of the project" />
      </Group>
      {!project.mine && (
        <Text size="sm" c="dimmed">
          You are not a member of it, so your own keys cannot name it.
        </Text>
      )}
    </Section>
  )
}

function Figures({ project }: { project: Project }) {
  const days = lastDays(DAYS)
  const overview = useQuery({
    queryKey: ['overview', 'project', project.id, days],
    queryFn: async ({ signal }) => {
      const query = { ...days, group: 'model' as const, project: project.id }
      return (await answer(api.GET('/api/dashboard/overview', { params: { query }, signal }))).data
    },
  })
  const totals = overview.data?.totals
  const waiting = overview.isPending
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing={{ base: 'xs', sm: 'md' }}>
        <Stat
          name={`Spend, ${DAYS} days`}
          icon={<IconCoins size={16} />}
          waiting={waiting}
          value={<Credits value={totals?.spend} />}
        />
        <Stat
          name={`Requests, ${DAYS} days`}
          icon={<IconArrowsExchange size={16} />}
          waiting={waiting}
          value={totals ? short(totals.requests) : '–'}
          more={totals && `${whole(totals.failed)} failed`}
        />
        <Stat name="API keys" icon={<IconKey size={16} />} value={whole(project.keys)} more="bound to it" />
      </SimpleGrid>
      <Ways project={project} />
      <ErrorNote error={overview.error} title="The spend could not be read" />
    </>
  )
}

function Ways({ project }: { project: Project }) {
  return (
    <Group gap="xs">
      <Button
        component={Link}
        to="/keys"
        search={{ project: project.id } as never}
        variant="default"
        size="xs"
      >
        Its API keys
      </Button>
      <Button
        component={Link}
        to="/usage"
        search={{ project: project.id } as never}
        variant="default"
        size="xs"
      >
        Its usage
      </Button>
    </Group>
  )
}
