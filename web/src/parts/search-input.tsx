import { Kbd, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useRef, useState } from 'react'

/** A search that waits until the typing rests. The key `/` leads to it. */
export function SearchInput(props: { value: string; onSearch: (text: string) => void; placeholder: string }) {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(props.value)
  const search = useDebouncedCallback(props.onSearch, 250)
  useHotkeys([['/', () => input.current?.focus()]])
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={props.placeholder}
      placeholder={props.placeholder}
      leftSection={<IconSearch size={16} />}
      rightSection={
        text === '' && (
          <Kbd size="xs" visibleFrom="sm">
            /
          </Kbd>
        )
      }
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        search(currentTarget.value.trim())
      }}
      flex="1 1 14rem"
      maw={360}
    />
  )
}
