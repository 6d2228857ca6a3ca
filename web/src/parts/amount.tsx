import { Text } from '@mantine/core'
import { credits } from './figures.ts'

/** Credits, short; the exact amount stands in the title. */
export function Amount({ value }: { value: string | number | null | undefined }) {
  if (value === null || value === undefined)
    return (
      <Text span c="dimmed" inherit>
        –
      </Text>
    )
  return (
    <span className="num" title={`${value} credits`}>
      {credits(value)}
    </span>
  )
}

/** An amount with its unit, for a figure that stands alone. */
export function Credits({ value }: { value: string | null | undefined }) {
  return (
    <>
      <Amount value={value} />{' '}
      <Text span fz="sm" fw={400} c="dimmed">
        credits
      </Text>
    </>
  )
}
