import { useQuery } from '@tanstack/react-query'
import { Page } from '../parts/page.tsx'
import { configQuery } from '../sign-in/config.ts'
import { Password } from './password.tsx'
import { Profile } from './profile.tsx'
import { Sessions } from './sessions.tsx'
import { TwoFactor } from './two-factor.tsx'

export function AccountScreen() {
  const config = useQuery(configQuery)
  return (
    <Page title="Account" description="You, on this server, in every organisation." narrow>
      <Profile />
      {config.data?.emailPassword && (
        <>
          <Password />
          <TwoFactor />
        </>
      )}
      <Sessions />
    </Page>
  )
}
