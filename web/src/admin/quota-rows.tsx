import {
  ActionIcon,
  Button,
  Fieldset,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { PERIOD_CHOICES, type Quota, SUBJECT_CHOICES, UNIT_CHOICES } from './plan-api.ts'

/** A limit in the form; `row` is its name among the others. */
export interface QuotaRow extends Quota {
  readonly row: string
}

export function rowsOf(quotas: readonly Quota[]): QuotaRow[] {
  return quotas.map((quota) => ({ ...quota, row: crypto.randomUUID() }))
}

const NEW_QUOTA: Quota = { subject: 'user', unit: 'credits', period: 'month', amount: '' }

/** The limits of a plan, a row each. */
export function QuotaRows(props: {
  value: QuotaRow[]
  onChange: (value: QuotaRow[]) => void
  error?: string | undefined
}) {
  const { value, onChange, error } = props
  const change = (row: string, changes: Partial<Quota>) =>
    onChange(value.map((quota) => (quota.row === row ? { ...quota, ...changes } : quota)))
  return (
    <Fieldset legend="Limits" p="sm">
      <Stack gap="sm">
        {value.length === 0 && (
          <Text size="sm" c="dimmed">
            Without any, holders may use as much as their balance and other limits allow.
          </Text>
        )}
        {value.map((quota, index) => (
          <Row
            key={quota.row}
            quota={quota}
            number={index + 1}
            onChange={(changes) => change(quota.row, changes)}
            onRemove={() => onChange(value.filter(({ row }) => row !== quota.row))}
          />
        ))}
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...value, ...rowsOf([NEW_QUOTA])])}
          >
            Add a limit
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  )
}

function Row(props: {
  quota: QuotaRow
  number: number
  onChange: (changes: Partial<Quota>) => void
  onRemove: () => void
}) {
  const { quota, number, onChange } = props
  const { amount, unit, period, subject } = quota
  const chooseUnit = (next: Quota['unit']) =>
    onChange({ unit: next, ...(next === 'in_flight' && { period: 'none' as const }) })
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap" role="group" aria-label={`Limit ${number}`}>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs" flex={1}>
        <TextInput
          label="Amount"
          inputMode="decimal"
          required
          maxLength={40}
          value={amount}
          onChange={({ currentTarget }) => onChange({ amount: currentTarget.value })}
        />
        <Select
          label="Of"
          data={UNIT_CHOICES}
          value={unit}
          onChange={(value) => value && chooseUnit(value)}
          allowDeselect={false}
          rightSectionWidth={26}
        />
        <Select
          label="In"
          data={PERIOD_CHOICES}
          value={period}
          onChange={(value) => value && onChange({ period: value })}
          allowDeselect={false}
          rightSectionWidth={26}
          disabled={unit === 'in_flight'}
        />
        <Select
          label="For each"
          data={SUBJECT_CHOICES}
          value={subject}
          onChange={(value) => value && onChange({ subject: value })}
          allowDeselect={false}
          rightSectionWidth={26}
        />
      </SimpleGrid>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Remove limit ${number}`}
        onClick={props.onRemove}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  )
}
