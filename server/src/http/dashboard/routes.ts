import type { Auth } from '../../auth/auth.ts'
import type { Deps } from '../../deps.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Catalogues } from '../../providers/catalogues.ts'
import type { Route } from '../route.ts'
import type { TaskParts } from '../v1/generate.ts'
import { adminCatalogueRoutes } from './admin/catalogue.ts'
import { adminOrganizationRoutes } from './admin/organizations.ts'
import { adminPlanRoutes } from './admin/plans.ts'
import { adminSettingRoutes } from './admin/settings.ts'
import { adminUserRoutes } from './admin/users.ts'
import { auditRoutes } from './audit.ts'
import { balanceRoutes } from './balance.ts'
import { dashboardKeyRoutes } from './keys.ts'
import { meRoutes } from './me.ts'
import { organizationRoutes } from './organizations.ts'
import { overviewRoutes } from './overview.ts'
import { playgroundRoutes } from './playground.ts'
import { projectRoutes } from './projects.ts'
import { dashboardTaskRoutes } from './tasks.ts'
import { usageExplorerRoutes } from './usage.ts'
import { webhookDeliveryRoutes } from './webhook-deliveries.ts'
import { webhookSecretRoutes } from './webhook-secret.ts'
import { webhookRoutes } from './webhooks.ts'

/** What the dashboard needs beside the API of everyone; sessions only. */
export function dashboardRoutes(
  deps: Deps,
  auth: Auth,
  gateway: Gateway,
  catalogues: Catalogues,
  tasks: TaskParts,
): Route[] {
  return [
    ...meRoutes(deps, auth),
    ...dashboardKeyRoutes(deps),
    ...organizationRoutes(deps),
    ...projectRoutes(deps),
    ...overviewRoutes(deps),
    ...usageExplorerRoutes(deps),
    ...balanceRoutes(deps),
    ...playgroundRoutes(deps, gateway, catalogues),
    ...dashboardTaskRoutes(tasks),
    ...webhookRoutes(deps),
    ...webhookSecretRoutes(deps),
    ...webhookDeliveryRoutes(deps),
    ...auditRoutes(deps),
    ...adminUserRoutes(deps, (user) => auth.welcome(user)),
    ...adminOrganizationRoutes(deps),
    ...adminPlanRoutes(deps),
    ...adminCatalogueRoutes(deps, catalogues),
    ...adminSettingRoutes(deps),
  ]
}
