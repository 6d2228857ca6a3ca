import { Button, Collapse, Select, TextInput } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { IconFilter } from '@tabler/icons-react'
import { MemberSelect } from '../parts/member-select.tsx'
import { ProjectSelect } from '../parts/project-select.tsx'
import { useIsManager, useOrganization } from '../session.ts'
import { KeySelect } from './key-select.tsx'
import { TypedFilter } from './typed-filter.tsx'
import classes from './usage.module.css'
import { countOf, type Filters, OUTCOMES, OWN_DAYS, type SetFilters, USUAL_DAYS } from './usage-filters.ts'

const OUTCOME_CHOICES: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  completed: 'Completed',
  incomplete: 'Cut off',
  failed: 'Failed',
  aborted: 'Stopped by the client',
}

const SMALL = { fontSize: 'var(--mantine-font-size-xs)', color: 'var(--mantine-color-dimmed)' }
const TIMES = [
  { value: '1', label: 'Today' },
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: '365', label: 'Last year' },
  { value: OWN_DAYS, label: 'Own days' },
]

interface Props {
  readonly filters: Filters
  readonly setFilters: SetFilters
  readonly days: { readonly from: string; readonly to: string }
  readonly models: readonly string[]
  readonly keyName: string | undefined
}

/** The explorer's filters; on a phone they are folded away. */
export function FilterControls(props: Props) {
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const [opened, { toggle }] = useDisclosure(false)
  const count = countOf(props.filters)
  if (!phone) {
    return (
      <search>
        <Controls {...props} />
      </search>
    )
  }
  return (
    <search>
      <Button
        variant="default"
        fullWidth
        leftSection={<IconFilter size={16} />}
        onClick={toggle}
        aria-expanded={opened}
      >
        Filters{count > 0 && ` (${count})`}
      </Button>
      <Collapse expanded={opened} pt="xs">
        <Controls {...props} />
      </Collapse>
    </search>
  )
}

function Controls(props: Props) {
  const { filters, setFilters } = props
  const manager = useIsManager()
  const { personal } = useOrganization()
  const set = (name: keyof Filters) => (value: string | null) => setFilters({ [name]: value })
  return (
    <div className={classes.filters}>
      <Times {...props} />
      <TypedFilter
        label="Model"
        placeholder="Any model"
        value={filters.model ?? ''}
        suggestions={props.models}
        onChange={set('model')}
      />
      <KeySelect
        aria-label="API key"
        placeholder="Any key"
        value={filters.key ?? null}
        onChange={set('key')}
        chosenName={props.keyName}
      />
      <ProjectSelect value={filters.project ?? null} onChange={set('project')} />
      {manager && !personal && (
        <MemberSelect
          aria-label="Member"
          placeholder="Any member"
          value={filters.user ?? null}
          onChange={set('user')}
        />
      )}
      <TypedFilter
        label="End user"
        placeholder="Any end user"
        value={filters.end_user ?? ''}
        suggestions={[]}
        onChange={set('end_user')}
      />
      <Select
        aria-label="Outcome"
        placeholder="Any result"
        data={OUTCOMES.map((value) => ({ value, label: OUTCOME_CHOICES[value] }))}
        value={filters.outcome ?? null}
        onChange={set('outcome')}
        clearable
      />
    </div>
  )
}

function Times({ filters, setFilters, days }: Props) {
  const own = filters.days === OWN_DAYS
  return (
    <>
      <Select
        aria-label="Time"
        data={TIMES}
        value={TIMES.some(({ value }) => value === filters.days) ? filters.days : USUAL_DAYS}
        allowDeselect={false}
        onChange={(value) =>
          setFilters(value === OWN_DAYS ? { days: value, ...days } : { days: value, from: null, to: null })
        }
      />
      {own && (
        <div className={classes.days}>
          <TextInput
            type="date"
            leftSection={<span>From</span>}
            leftSectionWidth={44}
            leftSectionProps={{ style: SMALL }}
            aria-label="From the first day, UTC"
            value={days.from}
            max={days.to}
            onChange={(event) => setFilters({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            leftSection={<span>To</span>}
            leftSectionWidth={30}
            leftSectionProps={{ style: SMALL }}
            aria-label="To the last day, UTC"
            value={days.to}
            min={days.from}
            onChange={(event) => setFilters({ to: event.currentTarget.value })}
          />
        </div>
      )}
    </>
  )
}
