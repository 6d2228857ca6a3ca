import { Anchor, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { duration } from '../parts/figures.ts'
import { ownAddress } from './own-address.ts'
import type { TaskFile } from './task-api.ts'
import { bytes } from './task-words.ts'
import classes from './tasks.module.css'

/** What a task made, to be seen and heard on the spot. `prompt` says to those who cannot see what a picture shows. */
export function Outputs({ files, prompt }: { files: readonly TaskFile[]; prompt: string }) {
  return (
    <div className={classes.outputs} data-count={files.length}>
      {files.map((file, index) => (
        <figure key={file.id} className={classes.output}>
          <Preview file={file} name={files.length > 1 ? `${prompt} (${index + 1})` : prompt} />
          <Group component="figcaption" justify="space-between" gap="xs" mt={6} fz="xs" c="dimmed">
            <Text inherit span className="num">
              {aboutOf(file)}
            </Text>
            <Anchor inherit href={ownAddress(file.url)} download>
              <IconDownload size={13} style={{ verticalAlign: '-2px' }} /> Download
            </Anchor>
          </Group>
        </figure>
      ))}
    </div>
  )
}

function Preview({ file, name }: { file: TaskFile; name: string }) {
  const src = ownAddress(file.url)
  const [kind] = file.contentType.split('/')
  if (kind === 'image') {
    const size = file.width && file.height ? { width: file.width, height: file.height } : {}
    return (
      <a href={src} target="_blank" rel="noreferrer" title="Open the whole picture">
        <img className={classes.picture} src={src} alt={name} {...size} />
      </a>
    )
  }
  if (kind === 'video') {
    // biome-ignore lint/a11y/useMediaCaption: what a model made comes without captions
    return <video className={classes.picture} src={src} controls preload="metadata" aria-label={name} />
  }
  if (kind === 'audio') {
    // biome-ignore lint/a11y/useMediaCaption: as above
    return <audio className={classes.sound} src={src} controls preload="metadata" aria-label={name} />
  }
  return <Text size="sm">This kind of file cannot be shown here. Download it.</Text>
}

/** `1024 × 1024, 412 kB, PNG` */
function aboutOf({ width, height, durationMs, size, contentType }: TaskFile): string {
  const parts = [
    width && height ? `${width} × ${height}` : undefined,
    durationMs ? duration(durationMs) : undefined,
    bytes(size),
    contentType.split('/')[1]?.split(/[;+]/)[0]?.toUpperCase(),
  ]
  return parts.filter(Boolean).join(', ')
}
