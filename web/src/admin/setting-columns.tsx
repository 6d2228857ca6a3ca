import type { paths } from '@claviger/sdk/paths'
import { Badge, Code, Stack, Text } from '@mantine/core'
import type { Column } from '../parts/data-table.tsx'

type Answer = paths['/api/dashboard/admin/settings']['get']['responses'][200]['content']['application/json']
export type Setting = Answer['data'][number]['settings'][number]

export const SETTING_COLUMNS: Column<Setting>[] = [
  {
    name: 'Setting',
    width: '45%',
    cell: ({ name, description, variable }) => (
      <Stack gap={2} align="flex-start">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          <WithCode text={description} />
        </Text>
        {variable && (
          <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>
            {variable}
          </Code>
        )}
      </Stack>
    ),
  },
  { name: 'Value', width: '37%', cell: (setting) => <Value setting={setting} /> },
  { name: 'From', cell: (setting) => <Origin setting={setting} /> },
]

/** Descriptions mark what is written literally as Markdown does. */
function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, which never move
      <Code key={index} fz="inherit">
        {part}
      </Code>
    ),
  )
}

function Value({ setting: { value, masked } }: { setting: Setting }) {
  if (value === null) {
    return (
      <Text size="sm" c="dimmed">
        not set
      </Text>
    )
  }
  const isList = typeof value === 'object'
  return (
    <Stack gap={2} align="flex-start">
      {isList ? <Listed value={value} /> : <Code style={{ overflowWrap: 'anywhere' }}>{String(value)}</Code>}
      {masked && (
        <Text size="xs" c="dimmed">
          credentials are hidden
        </Text>
      )}
    </Stack>
  )
}

/** Lists are shown as they stand in the configuration file. */
function Listed({ value }: { value: object }) {
  if (Array.isArray(value) && value.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        none
      </Text>
    )
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return <Code style={{ overflowWrap: 'anywhere' }}>{value.join(', ')}</Code>
  return (
    <Code block tabIndex={0} mah={220} style={{ overflow: 'auto', whiteSpace: 'pre-wrap' }}>
      {JSON.stringify(value, null, 2)}
    </Code>
  )
}

const ORIGINS: Record<Setting['origin'], { label: string; color: string }> = {
  file: { label: 'file', color: 'amber' },
  environment: { label: 'environment', color: 'blue' },
  default: { label: 'default', color: 'gray' },
}

function Origin({ setting: { origin, default: fallback } }: { setting: Setting }) {
  const { label, color } = ORIGINS[origin]
  const isPlain = fallback !== null && typeof fallback !== 'object'
  return (
    <Stack gap={2} align="flex-start">
      <Badge variant="light" color={color} size="sm" radius="sm" tt="none">
        {label}
      </Badge>
      {origin !== 'default' && isPlain && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          default: {String(fallback)}
        </Text>
      )}
    </Stack>
  )
}
