import { IconFileText, IconMovie, IconMusic, IconPhoto } from '@tabler/icons-react'
import { ownAddress } from './own-address.ts'
import type { Task } from './task-api.ts'
import classes from './tasks.module.css'

const ICONS: Readonly<Record<string, typeof IconPhoto>> = {
  video: IconMovie,
  audio: IconMusic,
  text: IconFileText,
}

/** A small picture of what a task made, or a sign of what it will make. */
export function Thumbnail({ task: { files, type } }: { task: Pick<Task, 'files' | 'type'> }) {
  const picture = files.find(({ contentType }) => contentType.startsWith('image/'))
  const Icon = ICONS[type.split('_')[0] ?? ''] ?? IconPhoto
  return (
    <span className={classes.thumbnail} aria-hidden>
      {picture ? (
        <img src={ownAddress(picture.url)} alt="" loading="lazy" width={40} height={40} />
      ) : (
        <Icon size={18} stroke={1.6} />
      )}
    </span>
  )
}
