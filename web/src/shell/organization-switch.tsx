import { Group, Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconBuilding, IconCheck, IconSelector, IconUser } from '@tabler/icons-react'
import { type Me, organizationOf, useSwitchOrganization } from '../session.ts'
import classes from './shell.module.css'

/** Which organisation the screens show, and the way to another. */
export function OrganizationSwitch({ me }: { me: Me }) {
  const here = organizationOf(me)
  const switchTo = useSwitchOrganization()
  return (
    <Menu width={232} position="bottom-start" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <Group gap="xs" wrap="nowrap">
            {here.personal ? <IconUser size={17} stroke={1.7} /> : <IconBuilding size={17} stroke={1.7} />}
            <div className={classes.grow}>
              <VisuallyHidden>Organisation:</VisuallyHidden>
              <Text size="sm" fw={600} truncate>
                {here.name}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {here.plan ? `${here.plan} · ` : ''}
                {here.personal ? 'personal' : here.role}
              </Text>
            </div>
            <IconSelector size={15} stroke={1.7} />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Organisations</Menu.Label>
        {me.organizations.map((organization) => (
          <Menu.Item
            key={organization.id}
            onClick={() => void switchTo(organization.id)}
            rightSection={organization.id === here.id && <IconCheck size={15} aria-label="chosen" />}
          >
            {organization.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
