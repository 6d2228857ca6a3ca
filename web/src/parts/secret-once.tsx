import { Alert, Code, Group, Stack, Text } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import { CopyButton } from './copy-button.tsx'
import classes from './secret-once.module.css'

/** A secret that is shown this once, and the button that copies it. */
export function SecretOnce({ secret, what = 'key' }: { secret: string; what?: string }) {
  return (
    <Stack gap="sm">
      <Alert variant="light" color="amber" icon={<IconEyeOff size={18} />} p="sm">
        <Text size="sm">
          Copy it now. For your safety it is not stored, and nobody can show it to you again.
        </Text>
      </Alert>
      <Group gap="sm" align="stretch">
        <Code
          block
          flex="1 1 16rem"
          fz="sm"
          data-testid="secret"
          aria-label={`Your new ${what}`}
          tabIndex={0}
          className={classes.secret}
        >
          {secret}
        </Code>
        <CopyButton value={secret} label={`Copy ${what}`} />
      </Group>
    </Stack>
  )
}
