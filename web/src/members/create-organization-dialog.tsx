import { auth, authAnswer } from '../auth-client.ts'
import { NameDialog } from '../parts/name-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useSwitchOrganization } from '../session.ts'

const SLUG_LENGTH = 40

/** Makes an organisation with the person as its owner, and shows it. */
export function CreateOrganizationDialog({ onClose }: { onClose: () => void }) {
  const switchTo = useSwitchOrganization()
  return (
    <NameDialog
      title="Create an organisation"
      submit="Create organisation"
      placeholder="Acme"
      description="You are its owner, and can invite others next"
      onSave={async (name) => {
        const { id } = await authAnswer(auth.organization.create({ name, slug: slugOf(name) }))
        saidSo(`${name} is ready`)
        // The screens begin anew, this dialog with them.
        await switchTo(id)
      }}
      onClose={onClose}
    />
  )
}

/** Two organisations may have one name, and never one slug. */
function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, SLUG_LENGTH)
  return `${plain && !plain.startsWith('personal-') ? plain : 'organisation'}-${crypto.randomUUID().slice(0, 8)}`
}
