import { Box, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A card with a heading, for screens that hold several matters. */
export function Section(props: {
  title: string
  description?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}) {
  return (
    <Paper p="lg" component="section" aria-label={props.title}>
      <Stack>
        <Group justify="space-between" align="flex-start" gap="sm">
          <Box flex="1 1 16rem">
            <Title order={2}>{props.title}</Title>
            {props.description && (
              <Text size="sm" c="dimmed" mt={2} component="div">
                {props.description}
              </Text>
            )}
          </Box>
          {props.actions}
        </Group>
        {props.children}
      </Stack>
    </Paper>
  )
}
