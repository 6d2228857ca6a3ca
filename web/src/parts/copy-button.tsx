import { ActionIcon, Button, CopyButton as Copying, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** Puts a text on the clipboard. With a `label` a button of words, on which a dialog opens; else a small icon. */
export function CopyButton({ value, label, what }: { value: string; label?: string; what?: string }) {
  return (
    <Copying value={value} timeout={2000}>
      {({ copied, copy }) => {
        const icon = copied ? <IconCheck size={16} /> : <IconCopy size={16} />
        if (label) {
          return (
            <Button data-autofocus onClick={copy} leftSection={icon} variant={copied ? 'light' : 'filled'}>
              {copied ? 'Copied' : label}
            </Button>
          )
        }
        return (
          <Tooltip label={copied ? 'Copied' : `Copy${what ? ` ${what}` : ''}`}>
            <ActionIcon
              onClick={copy}
              variant="subtle"
              color="gray"
              aria-label={`Copy${what ? ` ${what}` : ''}`}
            >
              {icon}
            </ActionIcon>
          </Tooltip>
        )
      }}
    </Copying>
  )
}
