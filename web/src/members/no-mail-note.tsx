import { Alert, Text } from '@mantine/core'
import { IconMailOff } from '@tabler/icons-react'
import { useMe } from '../session.ts'

/** Where links go on a server that sends no mail; nothing on one that does. */
export function NoMailNote() {
  const { features, user } = useMe()
  if (features.mail) return null
  return (
    <Alert variant="light" color="gray" icon={<IconMailOff size={18} />} p="sm">
      <Text size="sm">
        This server sends no mail. The link is written to its log:{' '}
        {user.operator ? 'copy it from there and pass it on' : 'ask whoever runs the server to pass it on'}.
      </Text>
    </Alert>
  )
}
