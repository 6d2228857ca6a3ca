import { Autocomplete, CloseButton } from '@mantine/core'
import { useEffect, useState } from 'react'

/** A filter by an exact text, with suggestions. It takes effect with Enter, a choice, or when it is left. */
export function TypedFilter(props: {
  label: string
  placeholder: string
  value: string
  suggestions: readonly string[]
  onChange: (value: string) => void
}) {
  const [text, setText] = useState(props.value)
  useEffect(() => setText(props.value), [props.value])
  const take = (value: string) => value.trim() !== props.value && props.onChange(value.trim())
  return (
    <Autocomplete
      aria-label={props.label}
      placeholder={props.placeholder}
      value={text}
      data={[...props.suggestions]}
      limit={10}
      onChange={setText}
      onOptionSubmit={take}
      onBlur={() => take(text)}
      onKeyDown={(event) => event.key === 'Enter' && take(text)}
      rightSection={
        props.value && (
          <CloseButton
            size="sm"
            aria-label={`Any ${props.label.toLowerCase()}`}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => props.onChange('')}
          />
        )
      }
    />
  )
}
