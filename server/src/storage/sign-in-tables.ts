/** Better Auth's tables, with its names and ours beside them; times are texts on SQLite and dates on PostgreSQL. */
export interface UserTable {
  id: string
  name: string
  email: string
  emailVerified: boolean
  image: string | null
  createdAt: string
  updatedAt: string
  role: string | null
  /** Suspended, in Better Auth's word. */
  banned: boolean | null
  banReason: string | null
  banExpires: string | null
  plan: string | null
  twoFactorEnabled: boolean | null
}

export interface OrganizationTable {
  id: string
  name: string
  slug: string
  logo: string | null
  createdAt: string
  metadata: string | null
  plan: string | null
  personal: boolean
  status: 'active' | 'suspended'
}

export interface MemberTable {
  id: string
  organizationId: string
  userId: string
  role: string
  createdAt: string
}

export interface SessionTable {
  id: string
  expiresAt: string
  token: string
  createdAt: string
  updatedAt: string
  ipAddress: string | null
  userAgent: string | null
  userId: string
  activeOrganizationId: string | null
  impersonatedBy: string | null
  /** Of a session that began at an identity provider: its configured id, the subject there, and its session there. */
  oidcProvider: string | null
  oidcSubject: string | null
  oidcSid: string | null
}

export interface AccountTable {
  id: string
  accountId: string
  providerId: string
  userId: string
  accessToken: string | null
  refreshToken: string | null
  idToken: string | null
  accessTokenExpiresAt: string | null
  refreshTokenExpiresAt: string | null
  scope: string | null
  password: string | null
  createdAt: string
  updatedAt: string
}

export interface VerificationTable {
  id: string
  identifier: string
  value: string
  expiresAt: string
  createdAt: string
  updatedAt: string
}

export interface InvitationTable {
  id: string
  organizationId: string
  email: string
  role: string | null
  status: string
  expiresAt: string
  createdAt: string
  inviterId: string
}

export interface TwoFactorTable {
  id: string
  secret: string
  backupCodes: string
  userId: string
  verified: boolean | null
  failedVerificationCount: number | null
  lockedUntil: string | null
}

export interface PasskeyTable {
  id: string
  name: string | null
  publicKey: string
  userId: string
  credentialID: string
  counter: number
  deviceType: string
  backedUp: boolean
  transports: string | null
  createdAt: string | null
  aaguid: string | null
  lastUsedAt: string | null
}

export interface RateLimitTable {
  id: string
  key: string
  count: number
  lastRequest: number
}
