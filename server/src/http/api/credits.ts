import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { creditsOf, type GrantInput, grantCredits } from '../../ledger/balances.ts'
import { formatNanos, nanosToNumber } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import { parseAmount } from '../../limits/amount.ts'
import { createOnce } from '../create-once.ts'
import { type Context, keyOf, type Route, route } from '../route.ts'

const Amount = Type.Union([Type.Number(), Type.String()])

const Credits = Type.Object({
  data: Type.Object({ total_credits: Amount, total_usage: Amount }),
})

const GrantBody = Type.Object(
  {
    organization: Type.Optional(Type.String({ maxLength: 64, description: 'Id of the organisation' })),
    user: Type.Optional(
      Type.String({
        maxLength: 256,
        description: 'E-mail address or id; alone, of the user’s own organisation',
      }),
    ),
    amount: Type.String({ maxLength: 40, description: 'Credits, above 0, with at most nine decimals' }),
    note: Type.Optional(Type.String({ maxLength: 500 })),
    reference: Type.Optional(
      Type.String({
        maxLength: 255,
        description: 'What the caller calls it, e.g. a payment; once per balance, without end',
      }),
    ),
  },
  { additionalProperties: false },
)

const Nullable = Type.Union([Type.String(), Type.Null()])

const Granted = Type.Object({
  data: Type.Object({
    id: Type.String(),
    organization: Type.String(),
    amount: Type.String(),
    note: Nullable,
    reference: Nullable,
    created_at: Type.String(),
    balance: Type.Object({
      granted: Type.String(),
      spent: Type.String(),
      held: Type.String(),
      remaining: Type.String(),
    }),
  }),
})

export function creditRoutes(deps: Deps): Route[] {
  return [creditsRoute(deps), grantRoute(deps)]
}

/**
 * What was granted and what was used, as OpenRouter and EUrouter have it: numbers, or text with `credits.asText`.
 * Where no balance is configured nothing was granted: `total_credits` is 0 and `total_usage` is all that the
 * organisation has used.
 */
function creditsRoute(deps: Deps): Route {
  return route({
    method: 'GET',
    path: '/api/v1/credits',
    surface: 'router',
    access: { key: 'any' },
    tag: 'Credits',
    summary: 'Tell the balance’s credits',
    description:
      'Of the balance that pays for the calling key. Without a balance, 0 and the organisation’s usage.',
    replies: { 200: Credits },
    async run(context) {
      const { granted, used } = await creditsOf(deps, keyOf(context).key)
      const show = deps.config.credits.asText ? formatNanos : nanosToNumber
      return { body: { data: { total_credits: show(granted), total_usage: show(used) } } }
    },
  })
}

function grantRoute(deps: Deps): Route {
  return route({
    method: 'POST',
    path: '/api/v1/credits/grants',
    surface: 'router',
    access: { key: 'credits:write' },
    tag: 'Credits',
    summary: 'Add credits to a balance',
    description:
      'For billing systems. Repeat safely with the same `reference`, or with an `Idempotency-Key` header.',
    body: GrantBody,
    replies: { 201: Granted },
    errors: ['invalid_request', 'not_found', 'idempotency_mismatch'],
    async run(context) {
      const grant = async (deps: Deps) => ({ status: 201, body: await granted(deps, context) })
      return createOnce(deps, context, 'POST /api/v1/credits/grants', grant, (reply) => reply)
    },
  })
}

async function granted(
  deps: Deps,
  context: Context<Static<typeof GrantBody>>,
): Promise<Static<typeof Granted>> {
  const { body, requestId, address } = context
  const { id } = keyOf(context).key
  if (body.organization === undefined && body.user === undefined) {
    const message = 'Name the organization or the user whose balance it is'
    throw new AppError('invalid_request', { message, param: 'organization' })
  }
  const input: GrantInput = {
    amountNanos: parseAmount('credits', body.amount),
    ...(body.organization !== undefined && { organizationId: body.organization }),
    ...(body.user !== undefined && { userId: body.user }),
    ...(body.note !== undefined && { note: body.note }),
    ...(body.reference !== undefined && { reference: body.reference }),
  }
  const grant = await grantCredits(deps, { kind: 'key', id, way: 'key', requestId, address }, input)
  const { balance } = grant
  return {
    data: {
      id: grant.id,
      organization: grant.organizationId,
      amount: formatNanos(grant.amountNanos),
      note: grant.note,
      reference: grant.reference,
      created_at: new Date(grant.at).toISOString(),
      balance: {
        granted: formatNanos(balance.granted),
        spent: formatNanos(balance.spent),
        held: formatNanos(balance.held),
        remaining: formatNanos(balance.remaining),
      },
    },
  }
}
