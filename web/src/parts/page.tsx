import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { useMe } from '../session.ts'
import classes from './page.module.css'

/** The frame of a screen: its title (also the window's), one line that says what it is for, and its main actions. */
export function Page(props: {
  title: string
  description?: ReactNode
  actions?: ReactNode
  /** A narrower column for forms and reading. */
  narrow?: boolean
  children: ReactNode
}) {
  const { brand } = useMe()
  useEffect(() => {
    document.title = `${props.title} · ${brand}`
  }, [props.title, brand])
  return (
    <div className={classes.page} data-narrow={props.narrow || undefined}>
      <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
        <Stack gap={2} className={classes.words}>
          <Title order={1}>{props.title}</Title>
          {props.description && (
            <Text c="dimmed" size="sm">
              {props.description}
            </Text>
          )}
        </Stack>
        {props.actions && <Group gap="xs">{props.actions}</Group>}
      </Group>
      <Stack gap="md">{props.children}</Stack>
    </div>
  )
}
