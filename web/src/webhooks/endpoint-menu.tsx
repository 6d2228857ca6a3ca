import { Menu } from '@mantine/core'
import {
  IconEdit,
  IconPlayerPause,
  IconPlayerPlay,
  IconRotate,
  IconSend,
  IconTrash,
} from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import { RowMenu } from '../parts/row-menu.tsx'
import { saidSo } from '../parts/said-so.ts'
import { EditEndpointDialog } from './endpoint-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import {
  type Endpoint,
  useChangeEndpoint,
  useDeleteEndpoint,
  useRotateEndpoint,
  useTestEndpoint,
} from './webhook-api.ts'

type Dialog = 'edit' | 'rotate' | 'disable' | 'delete'

export function EndpointMenu({ endpoint }: { endpoint: Endpoint }) {
  const [dialog, setDialog] = useState<Dialog>()
  const change = useChangeEndpoint(endpoint.id)
  const test = useTestEndpoint(endpoint.id)
  const disabled = !endpoint.active
  const tell = (text: string) => ({
    onSuccess: () => saidSo(text),
    onError: (error: Error) => saidSo(error.message),
  })
  return (
    <>
      <RowMenu of={endpoint.url} busy={change.isPending || test.isPending}>
        <Menu.Item
          leftSection={<IconSend size={16} />}
          onClick={() =>
            test.mutate(undefined, tell('A test event is on its way; see Deliveries for the answer'))
          }
          disabled={disabled}
        >
          Send a test event
        </Menu.Item>
        <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog('edit')}>
          Edit
        </Menu.Item>
        <Menu.Item leftSection={<IconRotate size={16} />} onClick={() => setDialog('rotate')}>
          Rotate the secret
        </Menu.Item>
        <Menu.Item
          leftSection={disabled ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          onClick={
            disabled
              ? () => change.mutate({ active: true }, tell('The endpoint is told of events again'))
              : () => setDialog('disable')
          }
        >
          {disabled ? 'Enable' : 'Disable'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} />}
          onClick={() => setDialog('delete')}
        >
          Delete
        </Menu.Item>
      </RowMenu>
      <Dialogs endpoint={endpoint} dialog={dialog} onClose={() => setDialog(undefined)} />
    </>
  )
}

function Dialogs(props: { endpoint: Endpoint; dialog: Dialog | undefined; onClose: () => void }) {
  const { endpoint, dialog, onClose } = props
  const change = useChangeEndpoint(endpoint.id)
  const remove = useDeleteEndpoint(endpoint.id)
  return (
    <>
      {dialog === 'edit' && <EditEndpointDialog endpoint={endpoint} onClose={onClose} />}
      {dialog === 'rotate' && <Rotation endpoint={endpoint} onClose={onClose} />}
      <ConfirmDialog
        opened={dialog === 'disable'}
        onClose={onClose}
        title="Disable this endpoint?"
        confirm="Disable"
        onConfirm={() => change.mutateAsync({ active: false })}
      >
        It is told of nothing until you enable it again; what happens meanwhile is not sent later.
      </ConfirmDialog>
      <ConfirmDialog
        opened={dialog === 'delete'}
        onClose={onClose}
        title="Delete this endpoint?"
        confirm="Delete"
        onConfirm={async () => {
          await remove.mutateAsync(undefined)
          saidSo('The endpoint is deleted')
        }}
      >
        {endpoint.url} is told of nothing any more, and its secret is forgotten. This cannot be undone.
      </ConfirmDialog>
    </>
  )
}

/** Mounted while it is open: what it made once is shown once, and the next time it asks anew. */
function Rotation({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const rotate = useRotateEndpoint(endpoint.id)
  const [formerUntil] = useState(endpoint.former_secret_until)
  return <RotateDialog rotate={rotate} formerUntil={formerUntil} onClose={onClose} />
}
