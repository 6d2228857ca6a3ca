/** The row of `meta` that says up to which UTC day the sums of days have lost requests of theirs. */
export const PRUNED_BEFORE = 'usage_pruned_before'
