/** One thing that is not as it must be. */
export interface LedgerFault {
  /**
   * `spent`, `held`, `granted`, `window`: of a counter. `counter`: it is missing. `charge`, `entry`, `unreadable`: a row
   * that cannot be right by itself. `abandoned`: a hold that nobody owns. `usage_days`,
   * `usage_user_days`, `usage_subject_days`, `key_usage`: a sum.
   */
  readonly what:
    | 'spent'
    | 'held'
    | 'granted'
    | 'window'
    | 'counter'
    | 'charge'
    | 'entry'
    | 'unreadable'
    | 'abandoned'
    | 'usage_days'
    | 'usage_user_days'
    | 'usage_subject_days'
    | 'key_usage'
  /** Of the counter, the request, the entry, or the sum's row. */
  readonly id: string
  /** When the counter's window began, in milliseconds; null where there is none. */
  readonly window: number | null
  readonly is: string
  readonly shouldBe: string
}
