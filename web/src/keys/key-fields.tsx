import {
  Anchor,
  Collapse,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { ProjectSelect } from '../parts/project-select.tsx'
import type { useFields } from '../parts/use-fields.ts'
import { useMe } from '../session.ts'
import type { Permission } from './key-api.ts'

export interface KeyValues {
  name: string
  project: string | null
  limit: number | string
  reset: string | null
  /** A choice of EXPIRIES, or `date` with a date. */
  expiry: string
  date: string
  permissions: string[]
  models: string[]
  addresses: string[]
}

export const NEW_KEY: KeyValues = {
  name: '',
  project: null,
  limit: '',
  reset: 'monthly',
  expiry: 'never',
  date: '',
  permissions: ['inference', 'usage:read'],
  models: [],
  addresses: [],
}

const RESETS = [
  { value: 'daily', label: 'a day' },
  { value: 'weekly', label: 'a week' },
  { value: 'monthly', label: 'a month' },
  { value: 'never', label: 'in all' },
]

const EXPIRIES = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'On a date …' },
]

const PERMISSIONS: { value: Permission; label: string }[] = [
  { value: 'inference', label: 'Call models' },
  { value: 'usage:read', label: 'Read usage' },
  { value: 'keys:read', label: 'List API keys' },
  { value: 'keys:write', label: 'Create and change API keys' },
  { value: 'keys:verify', label: 'Verify API keys' },
]

const FURTHER = ['permissions', 'models', 'addresses'] as const

type Fields = Pick<ReturnType<typeof useFields<KeyValues>>, 'values' | 'field'>

/** What both creating and editing a key ask. */
export function KeyFields({ values, field }: Fields) {
  const [opened, { toggle }] = useDisclosure()
  // A fault must be seen where it is.
  const more = opened || FURTHER.some((name) => field(name).error)
  return (
    <>
      <TextInput
        label="Name"
        description="What tells you, months from now, which program this is"
        placeholder="Billing service, production"
        required
        maxLength={255}
        data-autofocus
        {...field('name')}
      />
      <ProjectSelect label="Project" placeholder="No project" {...field('project')} />
      <Group grow align="flex-start" wrap="nowrap">
        <NumberInput
          label="Limit"
          placeholder="No limit"
          suffix=" credits"
          min={0}
          max={90_000_000}
          decimalScale={9}
          thousandSeparator=","
          hideControls
          {...field('limit')}
        />
        <Select
          label="Counted"
          data={RESETS}
          allowDeselect={false}
          disabled={values.limit === ''}
          {...field('reset')}
        />
      </Group>
      <Group grow align="flex-start" wrap="nowrap">
        <Select label="Expires" data={EXPIRIES} allowDeselect={false} {...field('expiry')} />
        {values.expiry === 'date' && <TextInput type="date" label="Last day" required {...field('date')} />}
      </Group>
      <div>
        <Anchor component="button" type="button" size="sm" onClick={toggle} aria-expanded={more}>
          {more ? 'Fewer settings' : 'Permissions, models and addresses'}
        </Anchor>
        <Collapse expanded={more}>
          <MoreFields values={values} field={field} />
        </Collapse>
      </div>
    </>
  )
}

function MoreFields({ values, field }: Fields) {
  const { keysByKey } = useMe().features
  const allowed = PERMISSIONS.filter(
    ({ value }) =>
      keysByKey ||
      !value.startsWith('keys:') ||
      value === 'keys:verify' ||
      values.permissions.includes(value),
  )
  return (
    <Stack mt="sm">
      <MultiSelect label="Permissions" data={allowed} {...field('permissions')} />
      <TagsInput
        label="Models"
        description="Only these may be called. Press Enter after each"
        placeholder={values.models.length === 0 ? 'All models' : ''}
        {...field('models')}
      />
      <TagsInput
        label="Addresses"
        description="Only from these may it be used, e.g. 203.0.113.7 or 10.0.0.0/8"
        placeholder={values.addresses.length === 0 ? 'Anywhere' : ''}
        {...field('addresses')}
      />
    </Stack>
  )
}
