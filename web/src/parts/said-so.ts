import { notifications } from '@mantine/notifications'

/** A short notice that something is done: "The key was revoked". */
export function saidSo(message: string): void {
  const closeButtonProps = { 'aria-label': 'Dismiss' }
  notifications.show({ message, autoClose: 4000, withBorder: true, color: 'amber', closeButtonProps })
}
