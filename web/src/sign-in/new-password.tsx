import { PasswordInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ComponentProps } from 'react'
import { configQuery } from './config.ts'

/** A field for a password that is being chosen. */
export function NewPassword(props: ComponentProps<typeof PasswordInput>) {
  const least = useQuery(configQuery).data?.passwordLeast ?? 12
  return (
    <PasswordInput
      label="Password"
      description={`At least ${least} characters. A few words make a good one`}
      autoComplete="new-password"
      minLength={least}
      required
      {...props}
    />
  )
}
