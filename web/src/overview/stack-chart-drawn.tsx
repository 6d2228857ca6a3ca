import '@mantine/charts/styles.css'
import { BarChart } from '@mantine/charts'
import { ColorSwatch, Group, Paper, Text, useMantineTheme } from '@mantine/core'
import { credits, duration, short, whole } from '../parts/figures.ts'
import type { Layer, StackDay } from './stack.ts'

export interface StackChartProps {
  readonly data: readonly StackDay[]
  readonly layers: readonly Layer[]
  readonly unit: 'credits' | 'count' | 'milliseconds'
  readonly height: number
  /** What the chart shows, to those who cannot see it. */
  readonly label: string
}

const LOW = 200

const TEXTS: Readonly<Record<StackChartProps['unit'], (value: string) => string>> = {
  credits,
  count: (value) => whole(Number(value)),
  milliseconds: (value) => duration(Number(value)),
}

const AXES: Readonly<Record<StackChartProps['unit'], (value: number) => string>> = {
  // Three digits: with fewer, lines at equal distances would name unequal steps.
  credits: (value) => (value >= 100 ? short(value) : String(Number(value.toPrecision(3)))),
  count: short,
  milliseconds: (value) => (value < 1000 ? `${Math.round(value)} ms` : `${short(value / 1000)} s`),
}

export default function StackChartDrawn({ data, layers, unit, height, label }: StackChartProps) {
  return (
    <div>
      <div role="img" aria-label={label}>
        <BarChart
          h={height}
          data={[...data]}
          dataKey="day"
          series={[...layers]}
          type="stacked"
          gridAxis="x"
          tickLine="none"
          maxBarWidth={42}
          valueFormatter={AXES[unit]}
          xAxisProps={{ minTickGap: 24 }}
          yAxisProps={{
            width: 56,
            interval: 0,
            tickCount: height < LOW ? 3 : 5,
            allowDecimals: unit === 'credits',
          }}
          tooltipProps={{
            content: ({ payload }) => (
              <DayNote
                day={payload?.[0]?.payload as StackDay | undefined}
                layers={layers}
                text={TEXTS[unit]}
              />
            ),
          }}
        />
      </div>
      {layers.length > 1 && <Legend layers={layers} />}
    </div>
  )
}

function DayNote(props: {
  day: StackDay | undefined
  layers: readonly Layer[]
  text: (value: string) => string
}) {
  const { day, layers, text } = props
  if (!day) return null
  const parts = layers.filter(({ name }) => (day.texts[name] ?? '0') !== '0')
  return (
    <Paper p="xs" shadow="md" maw={280}>
      <Line name={day.day} value={text(day.total)} strong />
      {layers.length > 1 &&
        parts.map((layer) => (
          <Line
            key={layer.name}
            name={layer.label}
            value={text(day.texts[layer.name] ?? '0')}
            layer={layer}
          />
        ))}
    </Paper>
  )
}

function Line(props: { name: string; value: string; strong?: boolean; layer?: Layer }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="md" fz="xs" fw={props.strong ? 650 : undefined}>
      <Group gap={6} wrap="nowrap" miw={0}>
        {props.layer && <Swatch layer={props.layer} />}
        <Text inherit truncate>
          {props.name}
        </Text>
      </Group>
      <span className="num">{props.value}</span>
    </Group>
  )
}

function Legend({ layers }: { layers: readonly Layer[] }) {
  return (
    <Group gap="md" mt="xs" justify="center" fz="xs" c="dimmed">
      {layers.map((layer) => (
        <Group key={layer.name} gap={6} wrap="nowrap" miw={0}>
          <Swatch layer={layer} />
          <Text inherit truncate maw={220}>
            {layer.label}
          </Text>
        </Group>
      ))}
    </Group>
  )
}

function Swatch({ layer }: { layer: Layer }) {
  const theme = useMantineTheme()
  const [name = '', shade = '5'] = layer.color.split('.')
  return (
    <ColorSwatch
      size={10}
      radius={3}
      withShadow={false}
      color={theme.colors[name]?.[Number(shade)] ?? name}
      aria-hidden
      style={{ flexShrink: 0 }}
    />
  )
}
