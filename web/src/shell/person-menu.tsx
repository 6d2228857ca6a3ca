import {
  Avatar,
  Group,
  Menu,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core'
import {
  IconBook,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type Me, useSignOut } from '../session.ts'
import classes from './shell.module.css'

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const

export function PersonMenu({ me }: { me: Me }) {
  const signOut = useSignOut()
  const name = me.user.name || me.user.email
  return (
    <Menu width={220} position="top-start" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <Group gap="xs" wrap="nowrap">
            <Avatar size={28} radius="xl" name={name} color="amber" alt="" />
            <div className={classes.grow}>
              <VisuallyHidden>Your account:</VisuallyHidden>
              <Text size="sm" truncate>
                {name}
              </Text>
            </div>
            <IconSelector size={15} stroke={1.7} />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.user.email}</Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={16} />}>
          Account
        </Menu.Item>
        {me.features.docs && (
          <Menu.Item component="a" href="/docs" target="_blank" leftSection={<IconBook size={16} />}>
            API reference
          </Menu.Item>
        )}
        <Menu.Divider />
        <ColourItems />
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()} leftSection={<IconLogout size={16} />}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function ColourItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <>
      <Menu.Label>Colours</Menu.Label>
      {SCHEMES.map(({ value, label, icon: Icon }) => (
        <Menu.Item
          key={value}
          closeMenuOnClick={false}
          onClick={() => setColorScheme(value)}
          leftSection={<Icon size={16} />}
          aria-current={colorScheme === value}
          className={colorScheme === value ? 'nav-here' : undefined}
        >
          {label}
        </Menu.Item>
      ))}
    </>
  )
}
