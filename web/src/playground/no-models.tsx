import { Button } from '@mantine/core'
import { IconCpu } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { useMe } from '../session.ts'
import type { Kind } from './generation-api.ts'

const TITLES: Readonly<Record<Kind | 'chat', string>> = {
  chat: 'No chat model to talk to',
  image: 'No model that makes images',
  video: 'No model that makes videos',
  audio: 'No model that makes sounds',
  text: 'No model that makes texts',
}

/** In place of a playground that has nothing to play with. */
export function NoModels({ of }: { of: Kind | 'chat' }) {
  const { user } = useMe()
  const button = (
    <Button component={Link} to="/admin/models">
      Set up models
    </Button>
  )
  return (
    <NothingYet icon={<IconCpu />} title={TITLES[of]} action={user.operator && button}>
      Your plan includes none, or this server has none yet.{' '}
      {user.operator ? 'Add a provider and its models first.' : 'Ask an administrator.'}
    </NothingYet>
  )
}
