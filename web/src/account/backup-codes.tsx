import { Button, Code, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core'
import { CopyButton } from '../parts/copy-button.tsx'

/** The codes, this once. */
export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        Keep them where you find them without your phone, such as a password manager. Each works once, and
        they are not shown again.
      </Text>
      <SimpleGrid cols={2} spacing="xs">
        {codes.map((code) => (
          <Code key={code} fz="sm" p={6} ta="center">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group justify="flex-end">
        <CopyButton value={codes.join('\n')} label="Copy all" />
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}

export function BackupCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Your backup codes" closeOnClickOutside={false}>
      <BackupCodes codes={codes} onDone={onClose} />
    </Modal>
  )
}
