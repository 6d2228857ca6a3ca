import { Badge, Group, Stack, Text } from '@mantine/core'
import type { Column } from '../parts/data-table.tsx'
import { credits, whole } from '../parts/figures.ts'
import { type Model, useDeleteModel } from './catalogue-api.ts'
import { EntryMenu } from './entry-menu.tsx'
import type { Generation } from './generation-values.ts'
import { ModelDialog } from './model-dialog.tsx'
import { RouteList } from './route-list.tsx'
import { SourceBadge } from './source-badge.tsx'

const ofModel = ({ provider, model, ...health }: Model['routes'][number]) => ({
  ...health,
  name: provider,
  as: model ?? undefined,
})

export const MODEL_COLUMNS: Column<Model>[] = [
  { name: 'Model', cell: (model) => <Name model={model} /> },
  { name: 'Window', right: true, cell: (model) => <Window model={model} /> },
  {
    name: 'Credits',
    right: true,
    cell: (model) =>
      model.generation ? <GenerationPrices of={model.generation} /> : <Prices prices={model.prices} />,
  },
  { name: 'Routes, in order', cell: ({ routes }) => <RouteList ordered routes={routes.map(ofModel)} /> },
  { name: 'Source', cell: ({ source }) => <SourceBadge source={source} /> },
  {
    name: 'Actions',
    bare: true,
    right: true,
    width: 50,
    cell: (model) => model.source === 'database' && <ModelMenu model={model} />,
  },
]

function Name({ model: { id, name, kind, vision, fault } }: { model: Model }) {
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {id}
        </Text>
        {kind !== 'chat' && <Mark text={kind} />}
        {vision && <Mark text="takes images" />}
      </Group>
      {name && name !== id && (
        <Text size="xs" c="dimmed">
          {name}
        </Text>
      )}
      {fault && (
        <Text size="xs" c="var(--mantine-color-error)">
          Not served: {fault}
        </Text>
      )}
    </Stack>
  )
}

function Mark({ text }: { text: string }) {
  return (
    <Badge variant="light" color="gray" size="sm" radius="sm" tt="none">
      {text}
    </Badge>
  )
}

function Window({ model: { contextWindow, maxOutputTokens } }: { model: Model }) {
  return (
    <Stack gap={0}>
      <span className="num">{contextWindow ? whole(contextWindow) : '–'}</span>
      {maxOutputTokens !== null && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          out {whole(maxOutputTokens)}
        </Text>
      )}
    </Stack>
  )
}

function Prices({ prices }: Pick<Model, 'prices'>) {
  if (!prices) {
    return (
      <Text size="sm" c="dimmed">
        not priced
      </Text>
    )
  }
  const { input, output, cachedInput } = prices
  return (
    <Stack gap={0} style={{ whiteSpace: 'nowrap' }}>
      <Price what="in" value={input} />
      {output !== null && <Price what="out" value={output} />}
      {cachedInput !== null && <Price what="cached" value={cachedInput} />}
    </Stack>
  )
}

function Price({ what, value }: { what: string; value: string }) {
  return (
    <Text size="sm" className="num" title={`${value} credits`}>
      <Text span size="xs" c="dimmed">
        {what}{' '}
      </Text>
      {credits(value)}
    </Text>
  )
}

function ModelMenu({ model }: { model: Model }) {
  const remove = useDeleteModel()
  return (
    <EntryMenu
      what={`the model ${model.id}`}
      warning="Requests for it are refused from the next one on. Its usage stays, with the prices that held."
      onDelete={() => remove.mutateAsync(model.id)}
      editing={(close) => <ModelDialog model={model} taken={[]} onClose={close} />}
    />
  )
}

function GenerationPrices({ of: { prices } }: { of: Generation }) {
  if (!prices) {
    return (
      <Text size="sm" c="dimmed">
        not priced
      </Text>
    )
  }
  return (
    <Stack gap={0} style={{ whiteSpace: 'nowrap' }}>
      <Price what={prices.per === 'second' ? 'a second' : 'a file'} value={prices.credits} />
      {Object.entries(prices.byResolution ?? {}).map(([name, value]) => (
        <Price key={name} what={`at ${name}`} value={value} />
      ))}
    </Stack>
  )
}
