import { Badge, Tooltip } from '@mantine/core'
import type { Source } from './catalogue-api.ts'

const SOURCES: Record<Source, { label: string; about: string }> = {
  file: {
    label: 'file, read-only',
    about: 'Read-only here: change it in the configuration file and restart',
  },
  database: { label: 'made here', about: 'It stands in the database and is changed on this page' },
  'built-in': {
    label: 'built in, read-only',
    about: 'It answers as long as no other provider is configured',
  },
}

/** Where an entry stands, and so where it is changed. */
export function SourceBadge({ source }: { source: Source }) {
  const { label, about } = SOURCES[source]
  return (
    <Tooltip label={about} multiline maw={280}>
      <Badge variant="light" color="gray" size="sm" radius="sm" tt="none" tabIndex={0}>
        {label}
      </Badge>
    </Tooltip>
  )
}
