import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { StackChartProps } from './stack-chart-drawn.tsx'

const Drawn = lazy(() => import('./stack-chart-drawn.tsx'))

/** Bars over days in layers; the library that draws them is loaded with the first chart. */
export function StackChart(props: StackChartProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height} />}>
      <Drawn {...props} />
    </Suspense>
  )
}
