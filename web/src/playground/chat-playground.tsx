import { Button, Collapse, Paper, Skeleton } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { IconAdjustments, IconCode, IconEraser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { answer, api } from '../api.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { Page } from '../parts/page.tsx'
import { useOrganization } from '../session.ts'
import { Chat } from './chat.tsx'
import { CodeDialog } from './code-dialog.tsx'
import { questionOf, useConversation } from './conversation.ts'
import { NoModels } from './no-models.tsx'
import classes from './playground.module.css'
import { type ChatModel, SettingsPanel } from './settings-panel.tsx'

/** Talks to a model without a key. */
export function ChatPlayground({ kinds }: { kinds: ReactNode }) {
  const models = useQuery({
    queryKey: ['playground', 'models'],
    queryFn: ({ signal }) => answer(api.GET('/api/dashboard/playground/models', { signal })),
    staleTime: 60_000,
  })
  const { conversation, turns, settings } = useConversation(useOrganization().id)
  const [coding, code] = useDisclosure()
  const list = models.data?.data ?? []
  const chosen = list.find(({ id }) => id === settings.model) ?? list[0]
  return (
    <Page
      title="Playground"
      description="Talk to a model without a key. It counts as your own use of the organisation’s credits and quotas; the conversation is stored nowhere."
      actions={
        <Actions
          onCode={chosen && code.open}
          onClear={turns.length > 0 ? () => conversation.clear() : undefined}
        />
      }
    >
      {kinds}
      <ErrorNote
        error={models.error}
        title="The models could not be read"
        onRetry={() => void models.refetch()}
      />
      {models.isPending && <Skeleton height={420} />}
      {models.data && list.length === 0 && <NoModels of="chat" />}
      {chosen && (
        <div className={classes.frame} data-kinds={Boolean(kinds) || undefined}>
          <Paper className={classes.chat}>
            <Chat turns={turns} conversation={conversation} model={chosen.id} />
          </Paper>
          <div className={classes.panel}>
            <Panel name={chosen.name}>
              <SettingsPanel models={list} chosen={chosen} settings={settings} conversation={conversation} />
            </Panel>
          </div>
        </div>
      )}
      {chosen && (
        <CodeDialog
          opened={coding}
          onClose={code.close}
          question={exampleOf(chosen, questionOf(settings, turns, chosen.id))}
        />
      )}
    </Page>
  )
}

function Actions(props: { onCode: (() => void) | undefined; onClear: (() => void) | undefined }) {
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCode size={16} />}
        onClick={props.onCode}
        disabled={!props.onCode}
      >
        Code
      </Button>
      <Button
        variant="default"
        leftSection={<IconEraser size={16} />}
        onClick={props.onClear}
        disabled={!props.onClear}
      >
        Clear
      </Button>
    </>
  )
}

/** Before anything is said, the code shows a greeting. */
function exampleOf(chosen: ChatModel, question: ReturnType<typeof questionOf>) {
  if (question.messages.some(({ role }) => role === 'user')) return question
  return {
    ...question,
    model: chosen.id,
    messages: [...question.messages, { role: 'user' as const, content: 'Hello' }],
  }
}

/** The settings; where there is little room they are folded away. */
function Panel({ name, children }: { name: string; children: ReactNode }) {
  const narrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false })
  const [opened, { toggle }] = useDisclosure()
  if (!narrow) return <Paper p="md">{children}</Paper>
  return (
    <Paper p="xs">
      <Button
        variant="subtle"
        color="gray"
        fullWidth
        justify="flex-start"
        leftSection={<IconAdjustments size={16} />}
        onClick={toggle}
        aria-expanded={opened}
      >
        {name}
      </Button>
      <Collapse expanded={opened} p="xs">
        {children}
      </Collapse>
    </Paper>
  )
}
