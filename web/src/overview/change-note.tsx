import { Text } from '@mantine/core'
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react'
import { share } from '../parts/figures.ts'

/** How a figure has changed; red where `worse` says that this direction is bad. Below half a percent is no change. */
export function ChangeNote(props: {
  change: number
  /** The period that it is compared with: "the 30 days before". */
  than: string
  worse?: 'up' | 'down'
}) {
  const { change, than } = props
  if (Math.abs(change) < 0.005) return <>As in {than}</>
  const up = change > 0
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight
  const bad = props.worse === (up ? 'up' : 'down') && Math.abs(change) >= 0.1
  return (
    <Text span inherit c={bad ? 'var(--mantine-color-error)' : undefined}>
      <Arrow size={13} aria-hidden style={{ verticalAlign: '-2px' }} /> {share(Math.abs(change))}{' '}
      {up ? 'more' : 'less'} than {than}
    </Text>
  )
}
