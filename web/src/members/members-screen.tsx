import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { SearchInput } from '../parts/search-input.tsx'
import { Section } from '../parts/section.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { usePages } from '../parts/use-pages.ts'
import { useIsManager, useMe, useOrganization } from '../session.ts'
import { CreateOrganizationDialog } from './create-organization-dialog.tsx'
import { Invitations } from './invitations.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { listMembers } from './member-api.ts'
import { memberColumns } from './member-columns.tsx'
import { OrganizationSection } from './organization-section.tsx'

export function MembersScreen() {
  const { name, personal } = useOrganization()
  const manager = useIsManager()
  const [inviting, { open, close }] = useDisclosure()
  const invite = manager && !personal && (
    <Button leftSection={<IconUserPlus size={16} />} onClick={open}>
      Invite somebody
    </Button>
  )
  return (
    <Page
      title="Members"
      description={
        personal
          ? 'This organisation is yours alone.'
          : `The people of ${name}. They share its plan and budget, and each has keys of their own.`
      }
      actions={invite}
    >
      {personal ? <Alone /> : <List />}
      {manager && !personal && <Invitations />}
      <OrganizationSection />
      {inviting && <InviteDialog onClose={close} />}
    </Page>
  )
}

function List() {
  const [{ search }, setFilters] = useFilters<'search'>()
  const { role } = useOrganization()
  const { user } = useMe()
  const pages = usePages(['members', search], (cursor, signal) => listMembers(search, cursor, signal))
  return (
    <>
      <FilterBar>
        <SearchInput
          value={search ?? ''}
          onSearch={(text) => setFilters({ search: text })}
          placeholder="Search by name or e-mail"
        />
      </FilterBar>
      <DataTable
        label="Members"
        columns={memberColumns(role, user.id)}
        rowKey={({ id }) => id}
        {...pages}
        pages={pages}
        onRetry={pages.retry}
        empty={
          <NothingYet icon={<IconUsers />} title="Nobody of this name">
            Try a shorter part of the name or address. Somebody who has not accepted yet stands below, under
            Invitations.
          </NothingYet>
        }
      />
    </>
  )
}

/** A personal organisation has one member for ever; the way to company is another organisation. */
function Alone() {
  const [creating, { open, close }] = useDisclosure()
  return (
    <Section
      title="Work with others"
      description="Nobody can be invited here, so that your own keys and credits stay yours. Create an organisation for your team: it has members with roles, projects, and a plan and budget of its own."
    >
      <div>
        <Button leftSection={<IconUsers size={16} />} onClick={open}>
          Create an organisation
        </Button>
      </div>
      {creating && <CreateOrganizationDialog onClose={close} />}
    </Section>
  )
}
