import { ErrorNote } from '../parts/error-note.tsx'
import { Page } from '../parts/page.tsx'
import { useOrganization } from '../session.ts'
import { useBalance } from './balance-api.ts'
import { EntryList } from './entry-list.tsx'
import { Funds } from './funds.tsx'
import { QuotaList } from './quota-list.tsx'

const REFRESH_MS = 5000

export function BalanceScreen() {
  const { name, personal } = useOrganization()
  const balance = useBalance(REFRESH_MS)
  const { of, plan } = balance.data ?? {}
  const whose = of === 'organization' && !personal ? `The credits of ${name}` : 'Your credits'
  return (
    <Page
      title="Balance"
      description={`${whose} and the quotas that apply to you${plan ? `, on the plan ${plan.name}` : ''}.`}
    >
      <ErrorNote
        error={balance.error}
        title={balance.data ? 'The figures may be out of date' : 'The balance could not be read'}
        onRetry={() => void balance.refetch()}
      />
      {(balance.data || !balance.error) && <Funds of={balance.data} />}
      {balance.data && <QuotaList quotas={balance.data.quotas} plan={plan?.name} />}
      {of && of !== 'none' && <EntryList ofOrganization={of === 'organization'} />}
    </Page>
  )
}
