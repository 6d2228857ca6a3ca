import { Group, Stack, Text } from '@mantine/core'
import type { ComponentProps } from 'react'
import { HealthBadge } from './health-badge.tsx'

type Health = ComponentProps<typeof HealthBadge>

/** Routes by the name on this side, with what it is called on the other where that differs. */
export function RouteList({
  label,
  ordered = false,
  routes,
}: {
  label?: string
  /** Whether they are tried in this order. */
  ordered?: boolean
  routes: readonly (Health & { readonly name: string; readonly as: string | undefined })[]
}) {
  return (
    <Stack component={ordered ? 'ol' : 'ul'} gap={4} p={0} m={0} {...(label && { 'aria-label': label })}>
      {routes.map(({ name, as, ...health }) => (
        <Group key={`${name} ${as}`} component="li" gap="xs">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {name}
            {as && (
              <Text span c="dimmed">
                {' '}
                as {as}
              </Text>
            )}
          </Text>
          <HealthBadge {...health} />
        </Group>
      ))}
    </Stack>
  )
}
