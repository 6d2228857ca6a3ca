import { Group } from '@mantine/core'
import type { ReactNode } from 'react'

/** A list's search and filters, in one line while there is room. */
export function FilterBar({ children }: { children: ReactNode }) {
  return (
    <Group component="search" gap="xs" align="flex-end">
      {children}
    </Group>
  )
}
