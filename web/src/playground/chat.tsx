import { Stack, Text, Title } from '@mantine/core'
import { useCallback, useEffect, useRef } from 'react'
import { Composer } from './composer.tsx'
import type { Conversation, Turn } from './conversation.ts'
import classes from './playground.module.css'
import { TurnView } from './turn-view.tsx'

/** Nearer to the end than this, in pixels, the reader follows it. */
const NEAR = 80

export function Chat(props: { turns: readonly Turn[]; conversation: Conversation; model: string }) {
  const { turns, conversation, model } = props
  const place = useFollowing(turns)
  const last = turns.at(-1)
  const again = useCallback(() => conversation.again(model), [conversation, model])
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <div className={classes.turns} ref={place} role="log" aria-label="Conversation" tabIndex={0}>
        {turns.length === 0 && (
          <Stack m="auto" align="center" gap={4} ta="center">
            <Title order={2}>Ask something</Title>
            <Text size="sm" c="dimmed" maw={380}>
              The answer comes as the model writes it, with its tokens and its cost below it.
            </Text>
          </Stack>
        )}
        {turns.map((turn) => (
          <TurnView key={turn.id} turn={turn} onAgain={turn === last ? again : undefined} />
        ))}
      </div>
      <div className={classes.write}>
        <Composer
          busy={last?.state === 'under way'}
          onSay={(text) => conversation.say(text, model)}
          onStop={() => conversation.stop()}
        />
      </div>
    </>
  )
}

/** Keeps the end in sight while text comes, unless the reader has scrolled back. */
function useFollowing(turns: readonly Turn[]) {
  const place = useRef<HTMLDivElement>(null)
  const count = useRef(0)
  const near = useRef(true)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const onScroll = () => {
      near.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [])
  useEffect(() => {
    const isNew = turns.length !== count.current
    count.current = turns.length
    if (place.current && (isNew || near.current)) place.current.scrollTop = place.current.scrollHeight
  }, [turns])
  return place
}
