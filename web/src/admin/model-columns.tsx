import { Badge, Group, Menu, Stack, Text } from '@mantine/core'
import { IconEdit, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import type { Column } from '../parts/data-table.tsx'
import { credits, whole } from '../parts/figures.ts'
import { RowMenu } from '../parts/row-menu.tsx'
import { saidSo } from '../parts/said-so.ts'
import { type Model, useDeleteModel } from './catalogue-api.ts'
import { HealthBadge } from './health-badge.tsx'
import { ModelDialog } from './model-dialog.tsx'
import { SourceBadge } from './source-badge.tsx'

export const MODEL_COLUMNS: Column<Model>[] = [
  { name: 'Model', cell: (model) => <Name model={model} /> },
  { name: 'Window', right: true, cell: (model) => <Window model={model} /> },
  { name: 'Credits per million', right: true, cell: ({ prices }) => <Prices prices={prices} /> },
  { name: 'Routes, in order', cell: ({ routes }) => <Routes routes={routes} /> },
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
        {kind === 'embedding' && <Mark text="embedding" />}
        {vision && <Mark text="images" />}
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
      <span className="num">{whole(contextWindow)}</span>
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
    <Text size="sm" className="num" title={`${value} credits per million tokens`}>
      <Text span size="xs" c="dimmed">
        {what}{' '}
      </Text>
      {credits(value)}
    </Text>
  )
}

function Routes({ routes }: Pick<Model, 'routes'>) {
  return (
    <Stack component="ol" gap={4} p={0} m={0}>
      {routes.map((route) => (
        <Group key={`${route.provider} ${route.model}`} component="li" gap="xs">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {route.provider}
            {route.model && (
              <Text span c="dimmed">
                {' '}
                as {route.model}
              </Text>
            )}
          </Text>
          <HealthBadge {...route} />
        </Group>
      ))}
    </Stack>
  )
}

function ModelMenu({ model }: { model: Model }) {
  const [dialog, setDialog] = useState<'edit' | 'delete'>()
  const remove = useDeleteModel()
  const close = () => setDialog(undefined)
  return (
    <>
      <RowMenu of={model.id}>
        <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog('edit')}>
          Edit
        </Menu.Item>
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} />}
          onClick={() => setDialog('delete')}
        >
          Delete
        </Menu.Item>
      </RowMenu>
      {dialog === 'edit' && <ModelDialog model={model} taken={[]} onClose={close} />}
      <ConfirmDialog
        opened={dialog === 'delete'}
        onClose={close}
        title={`Delete the model ${model.id}?`}
        confirm="Delete"
        onConfirm={async () => {
          await remove.mutateAsync(model.id)
          saidSo(`The model ${model.id} is deleted`)
        }}
      >
        Requests for it are refused from the next one on. Its usage stays, with the prices that held.
      </ConfirmDialog>
    </>
  )
}
