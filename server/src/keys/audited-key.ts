import type { Key } from './key.ts'

/** What an audit row about the key begins with. */
export function target(key: Key, action: string) {
  return { action, targetKind: 'key', targetId: key.id, organizationId: key.organizationId }
}

/** The fields of a key that may stand in the audit log. */
export function audited(key: Key): Record<string, unknown> {
  const {
    name,
    label,
    state,
    permissions,
    allowedModels,
    allowedCidrs,
    projectId,
    limitNanos,
    limitReset,
    expiresAt,
  } = key
  return {
    name,
    label,
    state,
    permissions,
    allowedModels,
    allowedCidrs,
    projectId,
    limitNanos,
    limitReset,
    expiresAt,
  }
}
