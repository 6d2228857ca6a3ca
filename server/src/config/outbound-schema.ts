import { Type } from '../lib/schema.ts'
import { group } from './fields.ts'

/** Where the server may be sent by others, and how it tells them what happened. */
export const OUTBOUND = {
  outbound: group('Addresses that users name (webhooks, pictures to work on)', {
    allowHttp: Type.Boolean({ default: false, description: 'Allow `http:` besides `https:`' }),
    ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      default: [],
      maxItems: 100,
      description: 'Ports that are allowed besides 443 (and 80, where `allowHttp` is set)',
    }),
    allowCidrs: Type.Array(Type.String({ pattern: '^[0-9a-fA-F:.]+/\\d{1,3}$' }), {
      default: [],
      maxItems: 100,
      description:
        'CIDR blocks of your own network that may be reached besides public addresses, also by IP address and by names such as `hooks.internal`. Every user can then reach them',
    }),
    resolver: Type.Optional(
      Type.String({
        pattern: '^(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+\\])(:\\d{1,5})?$',
        description: 'Name server that resolves them, `address` or `address:port`; absent: the system’s',
      }),
    ),
  }),
  webhooks: group('Events that are sent to addresses of users', {
    allowUnsigned: Type.Boolean({
      default: false,
      description:
        'Send to the address that a task names without a signature while its owner has not generated a secret; else it is not sent',
    }),
    concurrency: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 256,
      description: 'Deliveries under way on this node at once',
    }),
    perDestination: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 4,
      description: 'Of these, how many to one endpoint, or to one host that tasks name',
    }),
    balanceLow: Type.String({
      pattern: '^\\d{1,9}(\\.\\d{1,9})?$',
      default: '5',
      description:
        '`balance.low` is sent when fewer credits than these are left of a prepaid balance; a decimal in quotes',
    }),
    disableAfterDays: Type.Integer({
      minimum: 1,
      maximum: 365,
      default: 5,
      description: 'An endpoint that has only failed for so long is disabled',
    }),
    retentionDays: Type.Integer({
      minimum: 1,
      maximum: 3650,
      default: 30,
      description: 'How long deliveries are kept in the log',
    }),
  }),
}
