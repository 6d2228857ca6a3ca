import { AppShell, Burger, Group, ScrollArea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ApiError } from '../api.ts'
import { currentOrganization } from '../current-organization.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { type Me, meQuery } from '../session.ts'
import { Brand } from './brand.tsx'
import { Navigation } from './navigation.tsx'
import { OrganizationSwitch } from './organization-switch.tsx'
import { NotAdminScreen, SuspendedScreen, WaitingScreen } from './other-screens.tsx'
import { PersonMenu } from './person-menu.tsx'
import classes from './shell.module.css'

/** Asks who is signed in, and leads everybody else to the door. */
export function Shell() {
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const isOut = me.error instanceof ApiError && me.error.status === 401
  // Once, and with the address of that moment: on its way to the door this screen is drawn again.
  useEffect(() => {
    const next = location.pathname + location.search
    if (isOut) void navigate({ to: '/sign-in', search: { next } as never, replace: true })
  }, [isOut, navigate])
  if (isOut) return <WaitingScreen />
  if (me.error instanceof ApiError && me.error.code === 'user_suspended') {
    return <SuspendedScreen onRetry={() => void me.refetch()} />
  }
  if (me.data) return <Frame me={me.data} />
  if (me.error) {
    return (
      <div className={classes.alone}>
        <ErrorNote error={me.error} title="The dashboard could not start" onRetry={() => me.refetch()} />
      </div>
    )
  }
  return <WaitingScreen />
}

function Frame({ me }: { me: Me }) {
  const [opened, menu] = useDisclosure()
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tap on a link has done its work
  useEffect(menu.close, [pathname])
  const allowed = me.user.operator || !pathname.startsWith('/admin')
  return (
    <AppShell
      header={{ height: { base: 52, sm: 0 } }}
      navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm" px="md" className={classes.header}>
        <Brand name={me.brand} />
        <Burger opened={opened} onClick={menu.toggle} size="sm" aria-label="Navigation" />
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Main">
        <AppShell.Section p="sm" pb={0}>
          <Group visibleFrom="sm" px={6} pt={4} pb="sm">
            <Brand name={me.brand} />
          </Group>
          <OrganizationSwitch me={me} />
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea} type="auto" scrollbarSize={6}>
          <Navigation me={me} />
        </AppShell.Section>
        <AppShell.Section p="sm" className={classes.foot}>
          <PersonMenu me={me} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {/* Another organisation or person is another set of screens: nothing of the last one may stay in a form. */}
        <div key={`${me.user.id} ${currentOrganization()}`}>{allowed ? <Outlet /> : <NotAdminScreen />}</div>
      </AppShell.Main>
    </AppShell>
  )
}
