import { Type } from '../lib/schema.ts'
import { group } from './fields.ts'

export const TASKS = {
  tasks: group('Generation tasks', {
    concurrency: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 4,
      description: 'Tasks that this node works on at once, for each provider',
    }),
    attempts: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 5,
      description: 'How often a task is tried, on all routes of its model together, before it has failed',
    }),
    retentionDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 36_500,
        description: 'After how many days tasks that have ended are removed; absent: never',
      }),
    ),
  }),
}
