import { Menu } from '@mantine/core'
import { IconArchive, IconArchiveOff, IconEdit } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import { NameDialog } from '../parts/name-dialog.tsx'
import { RowMenu } from '../parts/row-menu.tsx'
import { saidSo } from '../parts/said-so.ts'
import { type Project, useChangeProject } from './project-api.ts'

/** Rename, archive and restore, for owners and admins. */
export function ProjectMenu({ project }: { project: Project }) {
  const [dialog, setDialog] = useState<'rename' | 'archive' | 'restore'>()
  const change = useChangeProject(project.id)
  const close = () => setDialog(undefined)
  const archived = project.archivedAt !== null
  const setArchived = async (archived: boolean) => {
    await change.mutateAsync({ archived })
    saidSo(`${project.name} was ${archived ? 'archived' : 'restored'}`)
  }
  return (
    <>
      <RowMenu of={project.name}>
        <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog('rename')}>
          Rename
        </Menu.Item>
        <Menu.Item
          leftSection={archived ? <IconArchiveOff size={16} /> : <IconArchive size={16} />}
          onClick={() => setDialog(archived ? 'restore' : 'archive')}
        >
          {archived ? 'Restore' : 'Archive'}
        </Menu.Item>
      </RowMenu>
      {dialog === 'rename' && (
        <NameDialog
          title={`Rename ${project.name}`}
          submit="Rename"
          name={project.name}
          description="Its id stays the same, so programs that name it go on"
          onSave={(name) => change.mutateAsync({ name })}
          onClose={close}
        />
      )}
      <ConfirmDialog
        opened={dialog === 'archive'}
        onClose={close}
        title={`Archive ${project.name}?`}
        confirm="Archive"
        onConfirm={() => setArchived(true)}
      >
        From now on a request that names it is refused. Keys that are bound to it go on working and count for
        it: disable those that should stop. Its usage stays readable, and you can restore it.
      </ConfirmDialog>
      <ConfirmDialog
        opened={dialog === 'restore'}
        onClose={close}
        title={`Restore ${project.name}?`}
        confirm="Restore"
        onConfirm={() => setArchived(false)}
      >
        Its members can name it in their requests again.
      </ConfirmDialog>
    </>
  )
}
