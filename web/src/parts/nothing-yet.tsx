import { EmptyState, Paper } from '@mantine/core'
import type { ReactNode } from 'react'

/** What stands in place of an empty list: what would be here, and the way to the first one. */
export function NothingYet(props: {
  icon: ReactNode
  title: string
  children: ReactNode
  action?: ReactNode
}) {
  return (
    <Paper p="xl">
      <EmptyState icon={props.icon} title={props.title} description={props.children} variant="light">
        {props.action && <EmptyState.Actions>{props.action}</EmptyState.Actions>}
      </EmptyState>
    </Paper>
  )
}
