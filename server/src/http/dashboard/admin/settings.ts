import { describeSettings } from '../../../config/settings.ts'
import type { Deps } from '../../../deps.ts'
import { Type } from '../../../lib/schema.ts'
import { type Route, route } from '../../route.ts'
import { NullableText } from '../page.ts'

const Setting = Type.Object({
  name: Type.String({ description: 'As the configuration file has it, e.g. `log.level`' }),
  description: Type.String(),
  value: Type.Unknown({ description: 'The value in force; credentials in it are masked' }),
  default: Type.Unknown({ description: 'What holds when it is not set; null: nothing' }),
  origin: Type.Enum(['file', 'environment', 'default'], { description: 'Where the value came from' }),
  variable: Type.Union([Type.String(), Type.Null()], {
    description: 'The environment variable that sets it; null: there is none',
  }),
  masked: Type.Boolean(),
})

const Group = Type.Object({
  name: Type.String({ description: 'Name of the group; empty: settings without one' }),
  description: NullableText,
  settings: Type.Array(Setting),
})

/** Settings, for the operator. */
export function adminSettingRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/dashboard/admin/settings',
      surface: 'dashboard',
      access: { session: 'operator' },
      tag: 'Administration',
      summary: 'List the settings in force',
      description: 'They come from the configuration file and the environment, and change with a restart.',
      replies: { 200: Type.Object({ data: Type.Array(Group) }) },
      async run() {
        return { body: { data: describeSettings(deps.config) } }
      },
    }),
  ]
}
