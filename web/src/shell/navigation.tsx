import { NavLink } from '@mantine/core'
import {
  IconAdjustments,
  IconBuilding,
  IconChartBar,
  IconCpu,
  IconFolders,
  IconHome,
  IconKey,
  IconListDetails,
  IconMessage,
  IconPhotoSpark,
  IconPlug,
  IconStairs,
  IconUserShield,
  IconUsers,
  IconWallet,
  IconWebhook,
} from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { type Me, organizationOf } from '../session.ts'
import classes from './shell.module.css'

interface Place {
  readonly to: string
  readonly label: string
  readonly icon: ComponentType<{ size?: number; stroke?: number }>
}

const WORK: Place[] = [
  { to: '/', label: 'Overview', icon: IconHome },
  { to: '/usage', label: 'Usage', icon: IconChartBar },
  { to: '/playground', label: 'Playground', icon: IconMessage },
  { to: '/tasks', label: 'Tasks', icon: IconPhotoSpark },
  { to: '/balance', label: 'Balance', icon: IconWallet },
]

const SETTINGS: Place[] = [
  { to: '/keys', label: 'API Keys', icon: IconKey },
  { to: '/projects', label: 'Projects', icon: IconFolders },
  { to: '/members', label: 'Members', icon: IconUsers },
  { to: '/webhooks', label: 'Webhooks', icon: IconWebhook },
]

const AUDIT: Place = { to: '/audit', label: 'Audit log', icon: IconListDetails }

const ADMIN: Place[] = [
  { to: '/admin/users', label: 'Users', icon: IconUserShield },
  { to: '/admin/organizations', label: 'Organisations', icon: IconBuilding },
  { to: '/admin/plans', label: 'Plans', icon: IconStairs },
  { to: '/admin/providers', label: 'Providers', icon: IconPlug },
  { to: '/admin/models', label: 'Models', icon: IconCpu },
  { to: '/admin/settings', label: 'Server settings', icon: IconAdjustments },
]

export function Navigation({ me }: { me: Me }) {
  const manager = organizationOf(me).role !== 'member'
  return (
    <>
      <Places places={WORK} />
      <Places name="Settings" places={manager ? [...SETTINGS, AUDIT] : SETTINGS} />
      {me.user.operator && <Places name="Administration" places={ADMIN} />}
    </>
  )
}

function Places({ name, places }: { name?: string; places: Place[] }) {
  const { pathname } = useLocation()
  const isHere = (to: string) =>
    to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`)
  return (
    <div className={classes.group}>
      {name && <div className={classes.groupName}>{name}</div>}
      {places.map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={label}
          leftSection={<Icon size={17} stroke={1.7} />}
          active={isHere(to)}
          aria-current={isHere(to) ? 'page' : undefined}
          className={classes.link}
        />
      ))}
    </div>
  )
}
