import { SegmentedControl, Skeleton } from '@mantine/core'
import { ErrorNote } from '../parts/error-note.tsx'
import { Page } from '../parts/page.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { ChatPlayground } from './chat-playground.tsx'
import { KINDS, type Kind, useGenerationModels } from './generation-api.ts'
import { GenerationPlayground } from './generation-playground.tsx'
import { NoModels } from './no-models.tsx'

const LABELS: Readonly<Record<Kind | 'chat', string>> = {
  chat: 'Chat',
  image: 'Image',
  video: 'Video',
  audio: 'Audio',
  text: 'Text',
}

/** A place to try models by hand: to talk to them, or to let them make something. */
export function PlaygroundScreen() {
  const [{ kind: asked }, setFilters] = useFilters<'kind'>()
  const models = useGenerationModels()
  const kind = KINDS.find((each) => each === asked) ?? 'chat'
  // A kind that this server has no model of needs no place, unless a link led there.
  const offered = KINDS.filter((each) => each === kind || models.data?.some((model) => model.kind === each))
  const kinds = offered.length > 0 && (
    <SegmentedControl
      aria-label="What to make"
      data={(['chat', ...offered] as const).map((value) => ({ value, label: LABELS[value] }))}
      value={kind}
      onChange={(value) => setFilters({ kind: value === 'chat' ? null : value })}
      style={{ alignSelf: 'flex-start' }}
    />
  )
  if (kind === 'chat') return <ChatPlayground kinds={kinds} />
  const ofKind = models.data?.filter((model) => model.kind === kind) ?? []
  if (ofKind.length > 0) return <GenerationPlayground key={kind} kind={kind} models={ofKind} kinds={kinds} />
  return (
    <Page title="Playground" description="Let a model make something without a key.">
      {kinds}
      <ErrorNote
        error={models.error}
        title="The models could not be read"
        onRetry={() => void models.refetch()}
      />
      {models.isPending ? <Skeleton height={420} /> : <NoModels of={kind} />}
    </Page>
  )
}
