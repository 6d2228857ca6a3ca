import { Alert, Anchor, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ApiError } from '../api.ts'
import type { Refused } from './ask.ts'

interface Advice {
  readonly title: string
  readonly what: string
  readonly to?: { readonly path: '/balance' | '/members'; readonly label: string }
}

const BALANCE = { path: '/balance', label: 'See the balance and quotas' } as const

const ADVICE: Readonly<Record<string, Advice>> = {
  insufficient_quota: {
    title: 'The budget is used up',
    what: 'Wait until a quota begins anew, or ask an administrator for credits or a higher limit.',
    to: BALANCE,
  },
  budget_in_flight: {
    title: 'The budget is taken by requests under way',
    what: 'Each request holds what it could cost at most. Ask again when one has ended, or set a lower maximum of tokens.',
    to: BALANCE,
  },
  rate_limit_exceeded: {
    title: 'Too many requests in a short time',
    what: 'The limit begins anew soon.',
    to: BALANCE,
  },
  too_many_in_flight: {
    title: 'Too many requests at once',
    what: 'Ask again when one of them has ended.',
    to: BALANCE,
  },
  model_not_in_plan: {
    title: 'Your plan does not include this model',
    what: 'Choose another model, or ask an administrator for another plan.',
  },
  tool_not_in_plan: {
    title: 'Your plan does not include this tool',
    what: 'Ask without it, or ask an administrator for another plan.',
  },
  model_not_priced: {
    title: 'The model has no price',
    what: 'Under a budget it cannot be used until an administrator gives it one. Choose another model.',
  },
  model_not_found: { title: 'There is no such model any more', what: 'Choose another one.' },
  user_suspended: { title: 'Your account is suspended', what: 'Ask an administrator why.' },
  organization_suspended: { title: 'The organisation is suspended', what: 'Ask an administrator why.' },
  upstream_error: {
    title: 'The provider failed to answer',
    what: 'Ask again, or choose another model.',
  },
  upstream_timeout: {
    title: 'The provider did not answer in time',
    what: 'Ask again, or choose another model.',
  },
  upstream_rate_limited: {
    title: 'The provider is busy with other requests',
    what: 'Ask again in a minute, or choose another model.',
  },
  upstream_misconfigured: {
    title: 'The provider refused this server',
    what: 'An administrator has to look at the provider’s credentials. Choose another model meanwhile.',
  },
  upstream_unavailable: {
    title: 'No provider of this model can be reached',
    what: 'Choose another model, or ask again in a minute.',
  },
}

/** Why there is no answer, and what to do. */
export function AdviceNote({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const refused = error instanceof ApiError ? (error as Refused) : undefined
  const advice = refused && ADVICE[refused.code]
  const message = error instanceof Error ? error.message : 'Something went wrong.'
  const wait = useCountdown(refused?.retryAfter)
  return (
    <Alert
      color="red"
      variant="light"
      title={advice?.title}
      icon={<IconAlertTriangle size={18} />}
      role="alert"
    >
      {/* The server may know more than the title says, such as the plan that is needed. */}
      {!(advice && sameWords(message, advice.title)) && <Text size="sm">{sentence(message)}</Text>}
      {advice && <Text size="sm">{advice.what}</Text>}
      {refused?.requestId && (
        <Text size="xs" c="dimmed" mt={4}>
          Request {refused.requestId}
        </Text>
      )}
      <Group mt="xs" gap="sm">
        <Button size="xs" variant="default" onClick={onAgain} disabled={wait > 0}>
          {wait > 0 ? `Ask again in ${wait} s` : 'Ask again'}
        </Button>
        {advice?.to && (
          <Anchor component={Link} to={advice.to.path} size="sm">
            {advice.to.label}
          </Anchor>
        )}
      </Group>
    </Alert>
  )
}

function sameWords(a: string, b: string): boolean {
  return a.replace(/\W/g, '').toLowerCase() === b.replace(/\W/g, '').toLowerCase()
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Whole seconds that are left. */
function useCountdown(seconds: number | undefined): number {
  const [until] = useState(() => Date.now() + (seconds ?? 0) * 1000)
  const [left, setLeft] = useState(seconds ?? 0)
  useEffect(() => {
    if (left <= 0) return
    const timer = setTimeout(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 1000)
    return () => clearTimeout(timer)
  }, [left, until])
  return left
}
