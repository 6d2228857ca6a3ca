import { Type } from '../lib/schema.ts'
import { group, Milliseconds, Url } from './fields.ts'

/** Where files that models made are kept. */
export const OUTPUTS = group('Files that tasks make', {
  storage: Type.Enum(['local', 's3'], {
    default: 'local',
    description:
      'Where new files are put: `local`, a directory, which several nodes must share; `s3`, a bucket. What was kept elsewhere is still served from there',
  }),
  directory: Type.Optional(
    Type.String({ description: 'The directory of `local`; absent: `outputs` in the data directory' }),
  ),
  s3: group('A bucket of any service that speaks S3', {
    endpoint: Type.Optional(Url('e.g. `https://s3.eu-central-1.amazonaws.com`; needed by the storage `s3`')),
    region: Type.String({ default: 'us-east-1', description: 'Region that requests are signed for' }),
    bucket: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', description: 'Name of the bucket' }),
    ),
    prefix: Type.String({
      default: '',
      pattern: '^([A-Za-z0-9._-]+/)*$',
      description: 'Put before every name in the bucket; ends with a slash',
    }),
    accessKeyId: Type.Optional(Type.String({ description: 'Access key' })),
    secretAccessKey: Type.Optional(
      Type.String({ description: 'Its secret. Write `${NAME}` to take it from the environment' }),
    ),
    pathStyle: Type.Boolean({
      default: true,
      description: 'The bucket stands in the path; false: before the host name',
    }),
  }),
  maxBytes: Type.Integer({
    minimum: 1024,
    maximum: 1_073_741_824,
    default: 104_857_600,
    description: 'Largest file that is kept',
  }),
  maxPixels: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000,
    default: 100_000_000,
    description: 'Largest picture that is kept: width × height, as its header says',
  }),
  fetchTimeoutMs: Milliseconds('Time to fetch a file from where a provider put it', 60_000),
  linkHours: Type.Integer({
    minimum: 1,
    maximum: 8760,
    default: 48,
    description: 'How long a link to a file is good; asking for its task gives a new one',
  }),
  retentionDays: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 36_500,
      description: 'After how many days files are removed; absent: never. Their tasks stay',
    }),
  ),
})
