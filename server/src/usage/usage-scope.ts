/** Whose usage, and which part of it. */
export interface UsageScope {
  readonly organizationId: string
  /** Of one person; else of the whole organisation. */
  readonly userId?: string
  readonly keyId?: string
  readonly model?: string
  readonly projectId?: string
  readonly endUser?: string
}
