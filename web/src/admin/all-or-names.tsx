import { Stack, Switch, TagsInput } from '@mantine/core'

/** Everything, or these names alone. */
export function AllOrNames(props: {
  label: string
  all: string
  description: string
  value: string[] | null
  onChange: (value: string[] | null) => void
  suggestions?: string[]
  error?: string | undefined
}) {
  const { value, onChange } = props
  return (
    <Stack gap="xs">
      <Switch
        label={props.all}
        checked={value === null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? null : [])}
        error={value === null && props.error}
      />
      {value !== null && (
        <TagsInput
          label={props.label}
          description={props.description}
          placeholder={value.length === 0 ? 'None' : ''}
          data={props.suggestions}
          value={value}
          onChange={onChange}
          error={props.error}
          acceptValueOnBlur
          clearable
        />
      )}
    </Stack>
  )
}
