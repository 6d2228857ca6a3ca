import { ActionIcon, Anchor, Group, Loader, Spoiler, Text, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { Amount } from '../parts/amount.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { duration, whole } from '../parts/figures.ts'
import { usageRowQuery } from '../usage/usage-api.ts'
import { AdviceNote } from './advice.tsx'
import { AnswerText } from './answer-text.tsx'
import type { Turn } from './conversation.ts'
import classes from './playground.module.css'

/** One message. `onAgain` of the last answer only. What has been said is not drawn again while more comes. */
export const TurnView = memo(function TurnView({
  turn,
  onAgain,
}: {
  turn: Turn
  onAgain: (() => void) | undefined
}) {
  if (turn.role === 'user') {
    return (
      <article className={classes.mine} aria-label="You">
        <Text component="div" className={classes.text}>
          {turn.content}
        </Text>
      </article>
    )
  }
  const underWay = turn.state === 'under way'
  return (
    <article className={classes.theirs} aria-label={turn.model} aria-busy={underWay}>
      <Text size="xs" c="dimmed" fw={600} mb={4}>
        {turn.model}
      </Text>
      {turn.thought && (
        <Spoiler maxHeight={42} showLabel="Show the reasoning" hideLabel="Hide the reasoning" mb="xs">
          <Text size="sm" c="dimmed" className={classes.text}>
            {turn.thought}
          </Text>
        </Spoiler>
      )}
      {turn.content && <AnswerText text={turn.content} />}
      {underWay && <Loader type="dots" size="sm" mt={4} aria-label="The answer is on its way" />}
      {turn.state === 'failed' && <AdviceNote error={turn.error} onAgain={onAgain ?? noAgain} />}
      {(turn.state === 'complete' || turn.state === 'stopped') && <Foot turn={turn} onAgain={onAgain} />}
    </article>
  )
})

function noAgain() {}

const FINISHES: Readonly<Record<string, string>> = {
  length: 'Cut off at the maximum of tokens',
  content_filter: 'Withheld by the provider’s filter',
}

function Foot({ turn, onAgain }: { turn: Turn; onAgain: (() => void) | undefined }) {
  const { tokens, tookMs, finish } = turn
  const ending = turn.state === 'stopped' ? 'Stopped' : finish && FINISHES[finish]
  return (
    <Group gap={6} mt={6} c="dimmed" fz="xs">
      {ending && <Text inherit>{ending} ·</Text>}
      {tokens && (
        <Text inherit span className="num">
          {whole(tokens.read)} tokens read, {whole(tokens.written)} written ·
        </Text>
      )}
      {turn.requestId && <Cost requestId={turn.requestId} />}
      {tookMs !== undefined && (
        <Text inherit span className="num">
          {duration(tookMs)}
        </Text>
      )}
      {turn.requestId && (
        <Anchor
          component={Link}
          to="/usage"
          search={{ request: turn.requestId, days: '7' } as never}
          inherit
          ml={4}
        >
          Details
        </Anchor>
      )}
      <CopyButton value={turn.content} what="the answer" />
      {onAgain && (
        <Tooltip label="Ask again">
          <ActionIcon variant="subtle" color="gray" onClick={onAgain} aria-label="Ask again">
            <IconRefresh size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  )
}

/** A row is written before the last bytes of an answer leave; that of a stopped one follows when it is counted. */
function Cost({ requestId }: { requestId: string }) {
  const row = useQuery({
    ...usageRowQuery(requestId),
    refetchInterval: ({ state }) => (state.data || state.dataUpdateCount > 10 ? false : 2000),
  })
  if (!row.data) return null
  return (
    <Text inherit span className="num">
      <Amount value={row.data.cost} /> credits ·
    </Text>
  )
}
