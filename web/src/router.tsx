import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router'
import { BrokenScreen, LostScreen, WaitingScreen } from './shell/other-screens.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: LostScreen })

/** Everything that needs somebody signed in. */
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell })

function screen<P extends string, M extends Record<string, unknown>, K extends keyof M & string>(
  path: P,
  load: () => Promise<M>,
  name: K,
) {
  // biome-ignore lint/suspicious/noExplicitAny: the router asks for a component of any properties; ours have none
  const component = lazyRouteComponent(load as () => Promise<any>, name)
  return createRoute({ getParentRoute: () => inside, path, component })
}

const settled = [
  screen('/', () => import('./overview/overview-screen.tsx'), 'OverviewScreen'),
  screen('/usage', () => import('./usage/usage-screen.tsx'), 'UsageScreen'),
  screen('/playground', () => import('./playground/playground-screen.tsx'), 'PlaygroundScreen'),
  screen('/tasks', () => import('./tasks/tasks-screen.tsx'), 'TasksScreen'),
  screen('/tasks/$id', () => import('./tasks/task-screen.tsx'), 'TaskScreen'),
  screen('/balance', () => import('./balance/balance-screen.tsx'), 'BalanceScreen'),
  screen('/keys', () => import('./keys/keys-screen.tsx'), 'KeysScreen'),
  screen('/projects', () => import('./projects/projects-screen.tsx'), 'ProjectsScreen'),
  screen('/projects/$id', () => import('./projects/project-screen.tsx'), 'ProjectScreen'),
  screen('/members', () => import('./members/members-screen.tsx'), 'MembersScreen'),
  screen('/webhooks', () => import('./webhooks/webhooks-screen.tsx'), 'WebhooksScreen'),
  screen('/audit', () => import('./audit/audit-screen.tsx'), 'AuditScreen'),
  screen('/account', () => import('./account/account-screen.tsx'), 'AccountScreen'),
  screen('/admin/users', () => import('./admin/users-screen.tsx'), 'UsersScreen'),
  screen('/admin/organizations', () => import('./admin/organizations-screen.tsx'), 'OrganizationsScreen'),
  screen('/admin/plans', () => import('./admin/plans-screen.tsx'), 'PlansScreen'),
  screen('/admin/providers', () => import('./admin/providers-screen.tsx'), 'ProvidersScreen'),
  screen('/admin/models', () => import('./admin/models-screen.tsx'), 'ModelsScreen'),
  screen('/admin/settings', () => import('./admin/settings-screen.tsx'), 'SettingsScreen'),
] as const

function door<P extends string, M extends Record<string, unknown>, K extends keyof M & string>(
  path: P,
  load: () => Promise<M>,
  name: K,
) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const component = lazyRouteComponent(load as () => Promise<any>, name)
  return createRoute({ getParentRoute: () => root, path, component })
}

const doors = [
  door('/sign-in', () => import('./sign-in/sign-in-screen.tsx'), 'SignInScreen'),
  door('/sign-up', () => import('./sign-in/sign-up-screen.tsx'), 'SignUpScreen'),
  door('/forgot-password', () => import('./sign-in/forgot-password-screen.tsx'), 'ForgotPasswordScreen'),
  door('/reset-password', () => import('./sign-in/reset-password-screen.tsx'), 'ResetPasswordScreen'),
  door('/verify-email', () => import('./sign-in/verify-email-screen.tsx'), 'VerifyEmailScreen'),
  door(
    '/accept-invitation/$id',
    () => import('./sign-in/accept-invitation-screen.tsx'),
    'AcceptInvitationScreen',
  ),
  door('/setup', () => import('./sign-in/setup-screen.tsx'), 'SetupScreen'),
] as const

export const router = createRouter({
  routeTree: root.addChildren([inside.addChildren(settled), ...doors]),
  defaultPreload: 'intent',
  defaultErrorComponent: BrokenScreen,
  defaultPendingComponent: WaitingScreen,
  scrollRestoration: true,
  // Plain texts, so that a search for 123 stays a text, and addresses stay readable.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const filled = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
    const text = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString()
    return text && `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
