import { Button, type ButtonProps } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { errorOfResponse, noAnswer, organizationHeader } from '../api.ts'

/** Saves an answer of the API as a file; a link alone could not name the organisation. */
export function DownloadButton(
  props: {
    path: string
    query: Readonly<Record<string, string | undefined>>
    name: string
    label: string
  } & ButtonProps,
) {
  const { path, query, name, label, ...button } = props
  const download = useMutation({
    mutationFn: async () => {
      const filled = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
      const address = `${path}?${new URLSearchParams(filled)}`
      const response = await fetch(address, { headers: organizationHeader() }).catch(() => {
        throw noAnswer()
      })
      if (!response.ok) throw await errorOfResponse(response)
      save(await response.blob(), name)
    },
    onError: (error) =>
      notifications.show({ title: 'The file could not be made', message: error.message, color: 'red' }),
  })
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      loading={download.isPending}
      {...button}
      onClick={() => download.mutate()}
    >
      {label}
    </Button>
  )
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
