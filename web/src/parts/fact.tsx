import { DataList, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** A line of a list of facts: its name, what it is, and what there is to say besides. */
export function Fact({ name, more, children }: { name: string; more?: ReactNode; children: ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{name}</DataList.ItemLabel>
      <DataList.ItemValue className="num" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
        {children}
        {more && (
          <Text size="xs" c="dimmed" component="div">
            {more}
          </Text>
        )}
      </DataList.ItemValue>
    </DataList.Item>
  )
}
