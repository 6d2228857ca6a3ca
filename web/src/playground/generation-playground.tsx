import { Button, Paper, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCode, IconEraser } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Page } from '../parts/page.tsx'
import { useOrganization } from '../session.ts'
import type { GenerationModel, Kind } from './generation-api.ts'
import { GenerationCode } from './generation-code.tsx'
import classes from './playground.module.css'
import { EMPTY, useStudio } from './studio.ts'
import { TryCard } from './try-card.tsx'
import { draftOf, wishOf } from './wish.ts'
import { WishFields } from './wish-fields.tsx'

const FIRST: Readonly<Record<Kind, string>> = {
  image: 'Make a picture',
  video: 'Make a video',
  audio: 'Make a sound',
  text: 'Make a text',
}

/** Makes files without a key. @param models of one kind, at least one */
export function GenerationPlayground(props: {
  kind: Kind
  models: readonly GenerationModel[]
  kinds: ReactNode
}) {
  const { kind, models } = props
  const { studio, tries, drafts } = useStudio(useOrganization().id)
  const [coding, code] = useDisclosure()
  const draft = drafts[kind] ?? EMPTY
  const chosen = models.find(({ id }) => id === draft.model) ?? models[0]
  if (!chosen) return null
  const wish = wishOf(draft, chosen)
  const shown = tries.filter((each) => each.kind === kind)
  return (
    <Page
      title="Playground"
      description="Let a model make something without a key. It counts as your own use of the organisation’s credits and quotas, and stays under Tasks."
      actions={<Actions onCode={code.open} onClear={tries.length > 0 ? () => studio.clear() : undefined} />}
    >
      {props.kinds}
      <div className={classes.studio}>
        <Paper p="md" className={classes.panel}>
          <WishFields
            models={models}
            chosen={chosen}
            draft={draft}
            onChange={(changes) => studio.draft(kind, changes)}
            onMake={() => studio.make(kind, wish)}
          />
        </Paper>
        <Stack gap="md" role="log" aria-label="What was made" miw={0}>
          {shown.length === 0 && <Nothing kind={kind} />}
          {shown.map((each) => (
            <TryCard
              key={each.id}
              each={each}
              onAgain={() => studio.again(each)}
              onReuse={() => studio.draft(kind, draftOf(each.wish))}
            />
          ))}
        </Stack>
      </div>
      <GenerationCode
        opened={coding}
        onClose={code.close}
        wish={wish.prompt ? wish : { ...wish, prompt: 'A lighthouse at dusk' }}
      />
    </Page>
  )
}

function Nothing({ kind }: { kind: Kind }) {
  return (
    <Paper className={classes.nothing}>
      <Stack m="auto" align="center" gap={4} ta="center" p="xl">
        <Title order={2}>{FIRST[kind]}</Title>
        <Text size="sm" c="dimmed" maw={400}>
          Say what it shall be and press Generate. It is made while you wait, appears here, and is charged
          only when it is there.
        </Text>
      </Stack>
    </Paper>
  )
}

function Actions({ onCode, onClear }: { onCode: () => void; onClear: (() => void) | undefined }) {
  return (
    <>
      <Button variant="default" leftSection={<IconCode size={16} />} onClick={onCode}>
        Code
      </Button>
      <Button variant="default" leftSection={<IconEraser size={16} />} onClick={onClear} disabled={!onClear}>
        Clear
      </Button>
    </>
  )
}
