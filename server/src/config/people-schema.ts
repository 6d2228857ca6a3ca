import type { Static } from 'typebox'
import { Type } from '../lib/schema.ts'
import { group, Name, Url } from './fields.ts'

const OidcEntry = Type.Object(
  {
    id: Name('Name of the provider in addresses (`/api/auth/callback/<id>`), accounts and logs'),
    name: Type.String({ minLength: 1, maxLength: 60, description: 'What the button says' }),
    issuer: Url('Issuer, exactly as the provider names itself; discovery starts here'),
    clientId: Type.String({ minLength: 1, description: 'Client id at the provider' }),
    clientSecret: Type.String({
      minLength: 1,
      description: 'Client secret. Write `${NAME}` to take it from the environment',
    }),
    scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' }), {
      default: ['openid', 'email', 'profile'],
      description: 'Scopes that are asked for',
    }),
    trustEmail: Type.Boolean({
      default: false,
      description:
        'Whether an address that the provider calls verified counts as verified here. It never links an account',
    }),
    organizations: Type.Array(
      Type.Object(
        {
          claim: Type.String({
            minLength: 1,
            description: 'Claim of the ID token, with dots for what lies inside, e.g. `realm_access.roles`',
          }),
          value: Type.String({
            minLength: 1,
            description: 'What the claim is, or holds, for the row to apply',
          }),
          organization: Type.String({ minLength: 1, description: 'Id of the organisation' }),
          role: Type.Enum(['owner', 'admin', 'member'], { description: 'Role in it' }),
        },
        { additionalProperties: false },
      ),
      {
        default: [],
        maxItems: 1000,
        description: 'Which groups or roles at the provider make a member of which organisation',
      },
    ),
    plans: Type.Array(
      Type.Object(
        {
          claim: Type.String({ minLength: 1, description: 'Claim of the ID token' }),
          value: Type.String({ minLength: 1, description: 'What the claim is, or holds' }),
          plan: Name('Id of the plan that the user gets; the first row that applies decides'),
        },
        { additionalProperties: false },
      ),
      { default: [], maxItems: 100, description: 'Which groups or roles at the provider have which plan' },
    ),
  },
  { additionalProperties: false },
)

export type OidcConfig = Static<typeof OidcEntry>

/** Who signs in, and how letters reach him. */
export const PEOPLE = {
  auth: group('Signing in to the dashboard', {
    signUp: Type.Enum(['open', 'invitation', 'oidc', 'closed'], {
      default: 'invitation',
      description:
        'Who may make an account: everyone; who was invited into an organisation; who comes through an OIDC provider; nobody',
    }),
    emailPassword: Type.Boolean({ default: true, description: 'Sign-in by e-mail address and password' }),
    passkeys: Type.Boolean({
      default: true,
      description:
        'Sign-in by passkey, beside the password. Browsers make passkeys for a `publicUrl` with a name and https, or `localhost`',
    }),
    requireEmailVerification: Type.Optional(
      Type.Boolean({
        description:
          'Whether an address must be verified before its first sign-in; absent: where `smtp.host` is set',
      }),
    ),
    idleMinutes: Type.Integer({
      minimum: 1,
      maximum: 525_600,
      default: 720,
      description: 'A session ends after so long without a request',
    }),
    absoluteMinutes: Type.Integer({
      minimum: 1,
      maximum: 525_600,
      default: 10_080,
      description: 'A session ends so long after its sign-in, used or not',
    }),
    attemptsPerMinute: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 20,
      description: 'Sign-ins, sign-ups and codes that one address (IPv6: one /64) may try in a minute',
    }),
    oidc: Type.Array(OidcEntry, {
      default: [],
      maxItems: 20,
      description: 'OpenID Connect providers, e.g. Keycloak',
    }),
  }),
  smtp: group('Mail. Without a host, links are written to the log of the server', {
    host: Type.Optional(Type.String({ minLength: 1, description: 'Mail server' })),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 587, description: 'Its port' }),
    secure: Type.Boolean({
      default: false,
      description: 'TLS from the first byte (port 465); else STARTTLS, which is demanded unless `insecure`',
    }),
    insecure: Type.Boolean({
      default: false,
      description: 'Send without TLS where the mail server offers none; for one on the same machine',
    }),
    user: Type.Optional(Type.String({ description: 'User name' })),
    password: Type.Optional(
      Type.String({ description: 'Password. Write `${NAME}` to take it from the environment' }),
    ),
    from: Type.Optional(
      Type.String({
        pattern: '@',
        description:
          'Sender, e.g. `Claviger <claviger@example.com>`; absent: `no-reply@` the host of `publicUrl`, else of the mail server',
      }),
    ),
  }),
}
