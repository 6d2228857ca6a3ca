import { useQuery } from '@tanstack/react-query'
import { Page } from '../parts/page.tsx'
import { passkeyObstacle } from '../passkeys.ts'
import { configQuery } from '../sign-in/config.ts'
import { Passkeys } from './passkeys.tsx'
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
      {config.data && config.data.passkeys.state !== 'off' && (
        <Passkeys obstacle={passkeyObstacle(config.data.passkeys)} />
      )}
      <Sessions />
    </Page>
  )
}
