import { ActionIcon, Button, Fieldset, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useProviders } from './catalogue-api.ts'

/** A route in the form; `row` is its name among the others. */
export interface RouteRow {
  readonly row: string
  readonly provider: string | null
  /** The provider's name for the model; empty: the same. */
  readonly model: string
}

/** Where a model is served, in order of preference. */
export function RouteRows(props: {
  value: RouteRow[]
  onChange: (value: RouteRow[]) => void
  onAdd: () => void
  error?: string | undefined
}) {
  const { value, onChange, error } = props
  const providers = useProviders()
  const ids = (providers.data ?? []).filter(({ source }) => source !== 'built-in').map(({ id }) => id)
  return (
    <Fieldset legend="Routes" p="sm">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          The first is asked first; the next one when it fails or rests.
        </Text>
        {providers.data && ids.length === 0 && (
          <Text size="sm" c="var(--mantine-color-error)">
            There is no provider to route to. Add one under Providers first.
          </Text>
        )}
        {value.map((route, index) => (
          <Row
            key={route.row}
            route={route}
            number={index + 1}
            providers={ids}
            onChange={(changes) =>
              onChange(value.map((one) => (one.row === route.row ? { ...one, ...changes } : one)))
            }
            onUp={index > 0 ? () => onChange(movedUp(value, index)) : undefined}
            onRemove={
              value.length > 1 ? () => onChange(value.filter(({ row }) => row !== route.row)) : undefined
            }
          />
        ))}
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        <Group>
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={props.onAdd}>
            Add a route
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  )
}

function movedUp(routes: readonly RouteRow[], index: number): RouteRow[] {
  const moved = routes[index]
  if (!moved) return [...routes]
  return routes.toSpliced(index, 1).toSpliced(index - 1, 0, moved)
}

function Row(props: {
  route: RouteRow
  number: number
  providers: string[]
  onChange: (changes: Partial<RouteRow>) => void
  onUp: (() => void) | undefined
  onRemove: (() => void) | undefined
}) {
  const { route, number, providers, onChange, onUp, onRemove } = props
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label={`Route ${number}`}>
      <Select
        label={`Provider ${number}`}
        data={providers}
        value={route.provider}
        onChange={(provider) => onChange({ provider })}
        allowDeselect={false}
        searchable
        required
        flex="1 1 9rem"
      />
      <TextInput
        label="Its name there"
        placeholder="The same"
        value={route.model}
        onChange={({ currentTarget }) => onChange({ model: currentTarget.value })}
        flex="1 1 9rem"
      />
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Ask route ${number} earlier`}
          disabled={!onUp}
          onClick={onUp}
        >
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Remove route ${number}`}
          disabled={!onRemove}
          onClick={onRemove}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
    </Group>
  )
}
