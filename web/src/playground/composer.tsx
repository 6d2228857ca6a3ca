import { Button, Group, Text, Textarea } from '@mantine/core'
import { IconPlayerStopFilled, IconSend } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { onSubmit } from '../parts/on-submit.ts'

/** Where the next message is written. Enter sends, Shift and Enter begin a line, Escape stops the answer. */
export function Composer(props: { busy: boolean; onSay: (text: string) => void; onStop: () => void }) {
  const { busy, onSay, onStop } = props
  const [text, setText] = useState('')
  const input = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    // On a phone the keyboard would cover the page.
    if (matchMedia('(pointer: fine)').matches) input.current?.focus({ preventScroll: true })
  }, [])
  const send = () => {
    if (busy || text.trim() === '') return
    onSay(text.trim())
    setText('')
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && busy) onStop()
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form onSubmit={onSubmit(send)}>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Textarea
          ref={input}
          aria-label="Message"
          placeholder="Write a message"
          autosize
          minRows={1}
          maxRows={10}
          flex={1}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {busy ? (
          <Button variant="default" leftSection={<IconPlayerStopFilled size={16} />} onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button type="submit" leftSection={<IconSend size={16} />} disabled={text.trim() === ''}>
            Send
          </Button>
        )}
      </Group>
      <Keys busy={busy} />
    </form>
  )
}

function Keys({ busy }: { busy: boolean }) {
  return (
    <Text size="xs" c="dimmed" mt={4} visibleFrom="sm">
      Enter sends, Shift and Enter begin a new line{busy && ', Escape stops the answer'}.
    </Text>
  )
}
